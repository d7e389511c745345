package dev.relevo.deploy.execute;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.relevo.cluster.Cluster;
import dev.relevo.cluster.Cluster.DeleteOptions;
import dev.relevo.cluster.Cluster.Propagation;
import dev.relevo.cluster.ClusterRefusal;
import dev.relevo.cluster.Diagnosis;
import dev.relevo.cluster.Finding;
import dev.relevo.cluster.Kind;
import dev.relevo.cluster.KubeObject;
import dev.relevo.cluster.LogTail;
import dev.relevo.cluster.ObjectRef;
import dev.relevo.config.Durations;
import dev.relevo.deploy.lock.Watched;
import dev.relevo.deploy.plan.Hook;
import dev.relevo.deploy.plan.HookScene;
import dev.relevo.deploy.release.DeployError;
import dev.relevo.deploy.release.Json;
import dev.relevo.deploy.release.Marks;
import dev.relevo.report.Problem;
import dev.relevo.report.RelevoException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A Job of a hook in the cluster. Its name follows from what it is run for: whoever comes after a crash with the same release
 * finds the one that runs and waits for it, and no two hooks' Jobs of an app run at once. It goes when it has succeeded; one
 * that failed stays to be looked at, for a day or as long as its manifest says.
 */
public final class HookJob {
    /** On Jobs: of which hook. */
    public static final String HOOK = "relevo.dev/hook";
    /** On pods, by the Job controller of every version of Kubernetes. */
    private static final String JOB_NAME = "job-name";

    private static final int LOG_LINES = 10;
    private static final int DAY = 86_400;
    /** A pod's label holds the Job's name, and 63 characters. */
    private static final int LONGEST_APP = 40;

    private static final int HASH = 10;

    private final Tools tools;
    private final Cluster cluster;
    private final Hook hook;
    private final HookScene scene;
    private final KubeObject manifest;
    private final ObjectRef ref;
    private final Duration began;
    private final Waiter waiter;

    HookJob(Tools tools, Hook hook, Hook.Job job, HookScene scene) {
        this.tools = tools;
        this.cluster = tools.cluster();
        this.hook = hook;
        this.scene = scene;
        this.ref = new ObjectRef(Kind.JOB, scene.namespace(), name(hook, job, scene));
        this.manifest = prepared(job.manifest());
        this.began = tools.pace().elapsed();
        this.waiter = tools.waiter(hook.timeout());
    }

    /** The same for the same hook of the same content, another one else. */
    static String name(Hook hook, Hook.Job job, HookScene scene) {
        String app =
                scene.app().length() <= LONGEST_APP ? scene.app() : scene.app().substring(0, LONGEST_APP);
        String content = Json.canonical(job.manifest().tree());
        String of =
                String.join("\n", scene.app(), scene.content(), hook.moment().word(), hook.name(), content);
        return app + "-hook-" + Json.sha256(of).substring(0, HASH);
    }

    private KubeObject prepared(KubeObject written) {
        return KubeObject.named(ref)
                .with(tree -> {
                    ObjectNode metadata = written.at("/metadata").deepCopy();
                    metadata.put("name", ref.name()).put("namespace", ref.namespace());
                    tree.set("metadata", metadata);
                    ObjectNode spec = written.at("/spec").deepCopy();
                    // Tried once unless the manifest says otherwise, and never running on for a deploy that is dead.
                    defaultTo(spec, "backoffLimit", 0);
                    defaultTo(
                            spec,
                            "activeDeadlineSeconds",
                            Math.max(1, hook.timeout().toSeconds()));
                    defaultTo(spec, "ttlSecondsAfterFinished", DAY);
                    joinTrace(spec);
                    tree.set("spec", spec);
                })
                .withLabel(Marks.MANAGED_BY, "relevo")
                .withLabel(Marks.APP, scene.app())
                .withLabel(HOOK, hook.moment().word())
                .withAnnotation(Marks.RELEASE, Integer.toString(scene.release()));
    }

    private static void defaultTo(ObjectNode spec, String key, long value) {
        if (!spec.has(key)) {
            spec.put(key, value);
        }
    }

    /** Its containers find the trace of the deploy, but for those that say themselves which one is theirs. */
    private void joinTrace(ObjectNode spec) {
        tools.errands().trace().forEach((name, value) -> {
            for (String list : List.of("initContainers", "containers")) {
                spec.at("/template/spec").path(list).forEach(container -> setUnlessSaid(container, name, value));
            }
        });
    }

    private static void setUnlessSaid(JsonNode container, String name, String value) {
        ArrayNode env = container.withArray("/env");
        for (JsonNode said : env) {
            if (said.path("name").asText().equals(name)) {
                return;
            }
        }
        env.addObject().put("name", name).put("value", value);
    }

    /**
     * Runs it to its end.
     *
     * @return what came of it
     * @throws RelevoException with {@link DeployError#HOOK_FAILED}
     */
    String run(String id) throws InterruptedException {
        try (Watched jobs =
                new Watched(cluster, Kind.JOB, scene.namespace(), Map.of(Marks.APP, scene.app()), tools.pace())) {
            try {
                waiter.until(id, "no other Job of a hook runs", () -> others(jobs));
                start(id);
                String said = waiter.until(id, ref + " has ended", this::look);
                delete();
                return said;
            } catch (InterruptedException e) {
                stop();
                throw e;
            } catch (RelevoException e) {
                // Whoever has the lock now waits for the Job that this one has begun.
                if (e.problem().code() != DeployError.LOCK_LOST) {
                    stop();
                }
                throw e;
            }
        }
    }

    private Progress others(Watched jobs) {
        List<String> running = jobs.all().stream()
                .filter(job -> job.labels().containsKey(HOOK) && !job.name().equals(ref.name()))
                .filter(job -> !ended(job))
                .map(KubeObject::name)
                .toList();
        if (running.isEmpty()) {
            return new Progress.Done("");
        }
        return late().map(Progress.class::cast)
                .orElseGet(() -> new Progress.Waiting(0, running.size(), "Jobs", running.get(0) + " still runs"));
    }

    private void start(String id) throws InterruptedException {
        Optional<KubeObject> live = cluster.get(ref);
        if (live.isPresent()
                && (live.get().deleting() || condition(live.get(), "Failed").isPresent())) {
            delete();
            waiter.until(
                    id,
                    ref + " of an earlier attempt is gone",
                    () -> cluster.get(ref).isEmpty()
                            ? new Progress.Done("")
                            : new Progress.Waiting(0, 1, "Jobs", "an earlier attempt is being deleted"));
            live = Optional.empty();
        }
        if (live.isEmpty()) {
            tools.fence().check();
            create();
        }
    }

    /** One that was made too late belongs to nobody. */
    private void create() {
        KubeObject made = cluster.create(manifest);
        try {
            tools.fence().check();
        } catch (RelevoException lost) {
            Cluster.Deletion unused = cluster.delete(ref, DeleteOptions.ofUid(made.uid(), Propagation.BACKGROUND));
            throw lost;
        }
    }

    private Progress look() {
        Optional<KubeObject> live = cluster.get(ref);
        if (live.isEmpty()) {
            return new Progress.Hopeless(Errands.failed(hook, ref + " was deleted while it ran"));
        }
        if (condition(live.get(), "Complete").isPresent()) {
            return new Progress.Done(ref.kind().name() + "/" + ref.name() + " succeeded");
        }
        Optional<JsonNode> failure = condition(live.get(), "Failed");
        if (failure.isPresent()) {
            return new Progress.Hopeless(failed(failure.get()));
        }
        List<KubeObject> pods = pods();
        return stuck(live.get(), pods)
                .or(this::late)
                .map(Progress.class::cast)
                .orElseGet(() -> new Progress.Waiting(0, 1, "Jobs", phases(pods)));
    }

    private Optional<Progress.Hopeless> late() {
        return tools.pace().elapsed().minus(began).compareTo(hook.timeout()) < 0
                ? Optional.empty()
                : Optional.of(new Progress.Hopeless(
                        Errands.failed(hook, "it took longer than " + Durations.format(hook.timeout()))
                                .details(log())
                                .remedy("If it needs longer by nature, raise the hook's timeout")));
    }

    /** A pod that can never start, or never be made, need not be waited for. */
    private Optional<Progress.Hopeless> stuck(KubeObject job, List<KubeObject> pods) {
        List<KubeObject> pending = pods.stream()
                .filter(pod -> "Pending".equals(pod.at("/status/phase").asText()))
                .toList();
        if (pending.isEmpty() && !pods.isEmpty()) {
            return Optional.empty();
        }
        List<KubeObject> events =
                cluster.list(Kind.EVENT, scene.namespace(), Map.of()).items();
        return Diagnosis.of(
                        new Diagnosis.Evidence(
                                Optional.of(job).filter(made -> pods.isEmpty()), List.of(), pending, events),
                        LogTail.of(cluster, LOG_LINES))
                .stream()
                .filter(Finding::fatal)
                .findFirst()
                .map(finding -> new Progress.Hopeless(told(finding.problem())));
    }

    private Problem told(Problem cause) {
        Problem told = Errands.failed(hook, cause.summary())
                .details(cause.details())
                .detail("Cause: " + cause.code().id());
        return cause.remedy().map(told::remedy).orElse(told);
    }

    private Problem failed(JsonNode condition) {
        List<String> lines = log();
        String why = condition.path("message").asText(condition.path("reason").asText("it failed"));
        String last = lines.isEmpty() ? "" : ": " + lines.get(lines.size() - 1);
        return Errands.failed(hook, ref + ": " + why + last)
                .details(lines.stream().map(line -> "| " + line).toList())
                .remedy("Look at it: kubectl -n " + ref.namespace() + " describe job " + ref.name());
    }

    private List<String> log() {
        List<String> lines = new ArrayList<>();
        pods().stream().reduce((earlier, later) -> later).ifPresent(pod -> {
            for (JsonNode container : pod.at("/spec/containers")) {
                try {
                    lines.addAll(cluster.logs(pod.ref(), container.path("name").asText(), false, LOG_LINES));
                } catch (RelevoException | ClusterRefusal unreadable) {
                    lines.add("(its log cannot be read: " + unreadable.getMessage() + ")");
                }
            }
        });
        return lines;
    }

    private List<KubeObject> pods() {
        return cluster.list(Kind.POD, scene.namespace(), Map.of(JOB_NAME, ref.name()))
                .items();
    }

    private static String phases(List<KubeObject> pods) {
        return pods.isEmpty()
                ? "no pod yet"
                : "pod "
                        + pods.get(pods.size() - 1)
                                .at("/status/phase")
                                .asText("Pending")
                                .toLowerCase(java.util.Locale.ROOT);
    }

    private static boolean ended(KubeObject job) {
        return condition(job, "Complete").isPresent()
                || condition(job, "Failed").isPresent();
    }

    private static Optional<JsonNode> condition(KubeObject job, String type) {
        for (JsonNode condition : job.at("/status/conditions")) {
            if (type.equals(condition.path("type").asText())
                    && "True".equals(condition.path("status").asText())) {
                return Optional.of(condition);
            }
        }
        return Optional.empty();
    }

    private void delete() {
        cluster.get(ref).ifPresent(live -> {
            Cluster.Deletion unused = cluster.delete(ref, DeleteOptions.ofUid(live.uid(), Propagation.BACKGROUND));
        });
    }

    /** What still runs must not go on beside the version that comes back; what has failed stays to be looked at. */
    private void stop() {
        boolean interrupted = Thread.interrupted();
        try {
            if (cluster.get(ref).filter(job -> !ended(job)).isPresent()) {
                delete();
            }
        } catch (RelevoException | ClusterRefusal unreachable) {
            // Its own deadline ends it.
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
