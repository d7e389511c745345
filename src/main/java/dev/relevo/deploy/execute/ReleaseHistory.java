package dev.relevo.deploy.execute;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.relevo.cluster.Cluster;
import dev.relevo.cluster.ClusterRefusal;
import dev.relevo.cluster.Kind;
import dev.relevo.cluster.KubeObject;
import dev.relevo.cluster.ObjectRef;
import dev.relevo.deploy.release.AppRef;
import dev.relevo.deploy.release.DeployError;
import dev.relevo.deploy.release.HookOutcome;
import dev.relevo.deploy.release.Json;
import dev.relevo.deploy.release.Marks;
import dev.relevo.deploy.release.ReleaseCodec;
import dev.relevo.deploy.release.ReleaseRecord;
import dev.relevo.deploy.release.ReleaseStatus;
import dev.relevo.report.Problem;
import dev.relevo.report.RelevoException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The releases of one app as Secrets in its namespace: Secrets, because manifests may hold some. A release larger than
 * one Secret may be is cut into chunks. The chunk numbered 0 is the head: it is written last, names the number of chunks
 * and the checksum of the whole, and carries the status in a label, so a release is there as a whole or not at all.
 */
public final class ReleaseHistory {
    private static final String TYPE = "relevo.dev/release";
    private static final String PART = "relevo.dev/part";
    private static final String STATUS = "relevo.dev/status";
    private static final String CHUNKS = "relevo.dev/chunks";
    /** On the head of an incompatible release: its pods may have run. */
    private static final String STARTED = "relevo.dev/started";

    /** On the head: how hooks ended. */
    private static final String HOOKS = "relevo.dev/hooks";

    private static final String SUM = "relevo.dev/sha256";
    /** Bytes in one Secret: with Base64 and metadata well below the 1 MiB that the API server takes. */
    private static final int CHUNK = 600_000;

    private final Cluster cluster;
    private final String app;
    private final String namespace;
    private final List<KubeObject> heads = new ArrayList<>();

    public ReleaseHistory(Cluster cluster, AppRef of) {
        this.cluster = cluster;
        this.app = of.app();
        this.namespace = of.namespace();
    }

    /** All releases, the oldest first. */
    public List<ReleaseRecord> read() {
        List<KubeObject> secrets = secrets();
        Map<String, KubeObject> byName = new HashMap<>();
        secrets.forEach(secret -> byName.put(secret.name(), secret));
        List<ReleaseRecord> found = new ArrayList<>();
        heads.clear();
        for (KubeObject secret : secrets) {
            if ("0".equals(secret.labels().get(PART))) {
                found.add(decode(secret, byName));
                heads.add(secret);
            }
        }
        found.sort(Comparator.comparingInt(ReleaseRecord::number));
        return found;
    }

    /** The first Secrets of the releases that were read last. */
    public List<KubeObject> heads() {
        return List.copyOf(heads);
    }

    /**
     * Writes what is known of a release. Its content is written once, as a whole; when it is there already, only status
     * and UIDs change, in one write.
     *
     * @throws RelevoException with {@link DeployError#LOCK_LOST} when another release has taken the number
     */
    void write(ReleaseRecord record, Writer writer) {
        if (record.status() != ReleaseStatus.PENDING
                && writer.merge(ref(record.number(), 0), live -> change(live, record))
                        .isPresent()) {
            return;
        }
        byte[] content = ReleaseCodec.encode(record.release());
        int chunks = (content.length + CHUNK - 1) / CHUNK;
        for (int part = chunks - 1; part > 0; part--) {
            writer.apply(secret(record.number(), part, piece(content, part)));
        }
        KubeObject head = secret(record.number(), 0, piece(content, 0))
                .withLabel(STATUS, record.status().word())
                .withAnnotation(CHUNKS, Integer.toString(chunks))
                .withAnnotation(SUM, Json.sha256(content))
                .with(tree -> Marks.child(tree, "data").put("uids", uids(record)));
        try {
            KubeObject unused = writer.create(head);
        } catch (ClusterRefusal.Conflict there) {
            requireSame(head, writer.look(head.ref()), there);
            Optional<KubeObject> unused = writer.merge(head.ref(), live -> change(live, record));
        }
    }

    /** A number is given once: whoever finds it taken by another release has not seen, or not held, what he thought. */
    private static void requireSame(KubeObject head, Optional<KubeObject> live, ClusterRefusal.Conflict there) {
        if (!live.map(other -> other.annotation(SUM)).equals(Optional.of(head.annotation(SUM)))) {
            throw Problem.of(
                            DeployError.LOCK_LOST,
                            "[" + head.ref() + "] was written by another deploy meanwhile, so nothing more is written")
                    .remedy("Run the deploy again: it goes on from what the cluster holds")
                    .asException(there);
        }
    }

    /** Changes what is said to have become of a release; one that is not there is no error. */
    void mark(int number, ReleaseStatus status, Writer writer) {
        writer.merge(ref(number, 0), live -> {
            if (status.word().equals(live.labels().get(STATUS))) {
                return Optional.empty();
            }
            ObjectNode patch = Json.object();
            patch.putObject("metadata").putObject("labels").put(STATUS, status.word());
            return Optional.of(patch);
        });
    }

    /** Writes down that the pods of a release may run from now on. */
    void start(int number, Writer writer) {
        writer.merge(ref(number, 0), live -> {
            if (live.annotations().containsKey(STARTED)) {
                return Optional.empty();
            }
            ObjectNode patch = Json.object();
            patch.putObject("metadata").putObject("annotations").put(STARTED, "true");
            return Optional.of(patch);
        });
    }

    /** Writes down how hooks ended; a release that is not there is no error. */
    void note(int number, List<HookOutcome> hooks, Writer writer) {
        String written = HookOutcome.written(hooks);
        writer.merge(ref(number, 0), live -> {
            if (written.equals(live.annotations().get(HOOKS))) {
                return Optional.empty();
            }
            ObjectNode patch = Json.object();
            patch.putObject("metadata").putObject("annotations").put(HOOKS, written);
            return Optional.of(patch);
        });
    }

    private static Optional<ObjectNode> change(KubeObject live, ReleaseRecord record) {
        String status = record.status().word();
        if (status.equals(live.labels().get(STATUS))
                && uids(record).equals(live.at("/data/uids").asText())) {
            return Optional.empty();
        }
        ObjectNode patch = Json.object();
        patch.putObject("metadata").putObject("labels").put(STATUS, status);
        patch.putObject("data").put("uids", uids(record));
        return Optional.of(patch);
    }

    private static String uids(ReleaseRecord record) {
        return Base64.getEncoder().encodeToString(ReleaseCodec.encode(record.uids()));
    }

    private static byte[] piece(byte[] content, int part) {
        return Arrays.copyOfRange(content, part * CHUNK, Math.min(content.length, (part + 1) * CHUNK));
    }

    /** Deletes a release, its head first: a release without head is not there. */
    void forget(int number, Writer writer) {
        secrets().stream()
                .filter(secret ->
                        Integer.toString(number).equals(secret.labels().get(Marks.RELEASE)))
                .sorted(Comparator.comparingInt(ReleaseHistory::part))
                .forEach(secret -> {
                    writer.saw(secret);
                    writer.delete(secret.ref(), secret.uid());
                });
    }

    private List<KubeObject> secrets() {
        return cluster.list(Kind.SECRET, namespace, Map.of(Marks.APP, app)).items().stream()
                .filter(secret -> secret.labels().containsKey(PART))
                .toList();
    }

    private static int part(KubeObject secret) {
        return Integer.parseInt(secret.labels().getOrDefault(PART, "0"));
    }

    private KubeObject secret(int number, int part, byte[] piece) {
        return KubeObject.named(ref(number, part))
                .withLabel(Marks.MANAGED_BY, "relevo")
                .withLabel(Marks.APP, app)
                .withLabel(Marks.RELEASE, Integer.toString(number))
                .withLabel(PART, Integer.toString(part))
                .with(tree -> tree.put("type", TYPE)
                        .putObject("data")
                        .put("release", Base64.getEncoder().encodeToString(piece)));
    }

    private ObjectRef ref(int number, int part) {
        ObjectRef head = Marks.recordSecret(new AppRef(app, namespace), number);
        return part == 0 ? head : new ObjectRef(Kind.SECRET, namespace, head.name() + "-" + part);
    }

    private ReleaseRecord decode(KubeObject head, Map<String, KubeObject> all) {
        try {
            ByteArrayOutputStream content = new ByteArrayOutputStream();
            int chunks = Integer.parseInt(head.annotations().getOrDefault(CHUNKS, "1"));
            for (int part = 0; part < chunks; part++) {
                KubeObject secret = part == 0 ? head : all.get(head.name() + "-" + part);
                if (secret == null) {
                    throw new IOException("chunk " + part + " of " + chunks + " is not there");
                }
                content.write(
                        Base64.getDecoder().decode(secret.at("/data/release").asText()));
            }
            byte[] whole = content.toByteArray();
            String sum = head.annotations().getOrDefault(SUM, "");
            if (!sum.equals(Json.sha256(whole))) {
                throw new IOException("its checksum does not fit its content");
            }
            ReleaseStatus status = ReleaseStatus.ofWord(head.labels().getOrDefault(STATUS, ""));
            byte[] uids = Base64.getDecoder().decode(head.at("/data/uids").asText());
            return new ReleaseRecord(
                    ReleaseCodec.decodeRelease(whole),
                    status,
                    head.annotations().containsKey(STARTED),
                    ReleaseCodec.decodeUids(uids),
                    head.annotation(HOOKS).map(HookOutcome::read).orElse(List.of()));
        } catch (IOException | IllegalArgumentException e) {
            throw Problem.of(
                            DeployError.RECORD_UNREADABLE,
                            "The release record [" + head.ref() + "] cannot be read: " + e.getMessage())
                    .remedy("If it was damaged by hand, delete it: kubectl -n " + namespace + " delete secret "
                            + head.name())
                    .asException(e);
        }
    }
}
