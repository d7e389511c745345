package dev.relevo.deploy.release;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.relevo.cluster.Kind;
import dev.relevo.cluster.KubeObject;
import dev.relevo.cluster.ObjectRef;
import dev.relevo.config.DeployConfig.SchemaChange;
import dev.relevo.config.DeployConfig.StrategyName;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

/** A release, and the UIDs of its objects, as compressed JSON and back. They are apart because only the UIDs ever change. */
public final class ReleaseCodec {
    private static final int FORMAT = 1;
    /** The same for the same UIDs, so that what is written can be compared with what is there. */
    private static final Comparator<ObjectRef> ORDER = Comparator.comparing(ObjectRef::toString)
            .thenComparing(ref -> ref.kind().apiVersion());

    private ReleaseCodec() {}

    public static byte[] encode(Release release) {
        ReleaseSpec spec = release.spec();
        ObjectNode root = Json.object();
        root.put("format", FORMAT)
                .put("number", release.number())
                .put("createdAt", release.createdAt().toString())
                .put("app", spec.app())
                .put("namespace", spec.namespace())
                .put("image", spec.image())
                .put("strategy", spec.strategy().written())
                .put("schema", spec.schema().written());
        spec.configHash().ifPresent(hash -> root.put("configHash", hash));
        spec.revision().ifPresent(revision -> root.put("revision", revision));
        spec.committedAt().ifPresent(time -> root.put("committedAt", time.toString()));
        release.group().ifPresent(group -> root.put("group", group));
        root.set("workload", encode(spec.workload()));
        ArrayNode manifests = root.putArray("manifests");
        spec.manifests().forEach(object -> manifests.add(object.tree()));
        return compress(Json.bytes(root));
    }

    public static byte[] encode(Map<ObjectRef, String> uids) {
        ArrayNode known = Json.object().putArray("uids");
        uids.keySet().stream()
                .sorted(ORDER)
                .forEach(ref -> known.add(encode(ref).put("uid", uids.get(ref))));
        return compress(Json.bytes(known));
    }

    /** @throws IOException when these are not the bytes of a release in a format that this version knows */
    public static Release decodeRelease(byte[] content) throws IOException {
        JsonNode root = Json.parse(expand(content));
        if (root.path("format").asInt() != FORMAT) {
            throw new IOException("format [" + root.path("format").asText() + "]; expected " + FORMAT);
        }
        try {
            return release(root);
        } catch (IllegalArgumentException | ClassCastException | java.time.DateTimeException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    /** @throws IOException when these are not the bytes of UIDs */
    public static Map<ObjectRef, String> decodeUids(byte[] content) throws IOException {
        Map<ObjectRef, String> uids = new LinkedHashMap<>();
        Json.parse(expand(content))
                .forEach(node -> uids.put(ref(node), node.path("uid").asText()));
        return uids;
    }

    private static Release release(JsonNode root) {
        List<KubeObject> manifests = new ArrayList<>();
        root.path("manifests").forEach(tree -> manifests.add(KubeObject.of((ObjectNode) tree)));
        ReleaseSpec spec = new ReleaseSpec(
                root.path("app").asText(),
                root.path("namespace").asText(),
                root.path("image").asText(),
                text(root, "configHash"),
                manifests,
                ref(root.path("workload")),
                StrategyName.ofWritten(root.path("strategy").asText()),
                text(root, "revision"),
                text(root, "schema").map(SchemaChange::ofWritten).orElse(SchemaChange.COMPATIBLE),
                text(root, "committedAt").map(Instant::parse));
        Instant createdAt = Instant.parse(root.path("createdAt").asText());
        return new Release(root.path("number").asInt(), createdAt, spec, text(root, "group"));
    }

    private static Optional<String> text(JsonNode root, String key) {
        return root.path(key).isTextual() ? Optional.of(root.path(key).asText()) : Optional.empty();
    }

    private static ObjectNode encode(ObjectRef ref) {
        return Json.object()
                .put("apiVersion", ref.kind().apiVersion())
                .put("kind", ref.kind().name())
                .put("namespace", ref.namespace())
                .put("name", ref.name());
    }

    private static ObjectRef ref(JsonNode node) {
        return new ObjectRef(
                new Kind(node.path("apiVersion").asText(), node.path("kind").asText()),
                node.path("namespace").asText(),
                node.path("name").asText());
    }

    private static byte[] expand(byte[] compressed) throws IOException {
        try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(compressed))) {
            return in.readAllBytes();
        }
    }

    private static byte[] compress(byte[] plain) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (GZIPOutputStream zip = new GZIPOutputStream(out)) {
            zip.write(plain);
        } catch (IOException e) {
            throw new UncheckedIOException("Compressing in memory does not fail", e);
        }
        return out.toByteArray();
    }
}
