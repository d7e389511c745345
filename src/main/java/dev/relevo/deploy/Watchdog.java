package dev.relevo.deploy;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.relevo.cluster.Cluster;
import dev.relevo.cluster.Cluster.DeleteOptions;
import dev.relevo.cluster.Cluster.Propagation;
import dev.relevo.cluster.ClusterError;
import dev.relevo.cluster.ClusterRefusal;
import dev.relevo.cluster.Diagnosis;
import dev.relevo.cluster.Finding;
import dev.relevo.cluster.Kind;
import dev.relevo.cluster.KubeObject;
import dev.relevo.cluster.LogTail;
import dev.relevo.cluster.ObjectRef;
import dev.relevo.config.Durations;
import dev.relevo.deploy.plan.DeployOptions;
import dev.relevo.deploy.release.AppRef;
import dev.relevo.deploy.release.Marks;
import dev.relevo.report.Event;
import dev.relevo.report.EventSink;
import dev.relevo.report.RelevoException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A Job that stays in the cluster while a deploy runs, and takes the release back when the deploy's lock runs out. It is for one
 * holder of the lock: a later one has another. A deploy without it goes on, with a warning.
 */
final class Watchdog implements AutoCloseable {
    private static final Duration LONGEST_DEPLOY = Duration.ofDays(1);
    private static final Duration KEPT = Duration.ofMinutes(10);
    /** Together with the epoch and 63 characters for the label of a pod. */
    private static final int LONGEST_APP = 40;

    private static final int ATTEMPTS = 3;

    private final Cluster cluster;
    private final EventSink events;
    private final Optional<KubeObject> job;

    private Watchdog(Cluster cluster, EventSink events, Optional<KubeObject> job) {
        this.cluster = cluster;
        this.events = events;
        this.job = job;
    }

    /**
     * Leaves one in the cluster, if the deploy is to have one.
     *
     * @param epoch of the lock that the deploy holds
     */
    static Watchdog start(Cluster cluster, EventSink events, AppRef app, int epoch, DeployOptions options) {
        if (options.watchdog().isEmpty()) {
            return new Watchdog(cluster, events, Optional.empty());
        }
        try {
            return new Watchdog(cluster, events, Optional.of(cluster.create(job(app, epoch, options))));
        } catch (ClusterRefusal | RelevoException e) {
            events.emit(new Event.Warning(
                    "No watchdog is with this deploy: " + e.getMessage(),
                    "If the deploy dies, `relevo abort` takes its release back"));
            return new Watchdog(cluster, events, Optional.empty());
        }
    }

    private static KubeObject job(AppRef app, int epoch, DeployOptions options) {
        String name = app.app().length() <= LONGEST_APP ? app.app() : app.app().substring(0, LONGEST_APP);
        ObjectRef ref = new ObjectRef(Kind.JOB, app.namespace(), name + "-watchdog-" + epoch);
        return KubeObject.named(ref)
                .withLabel(Marks.MANAGED_BY, "relevo")
                .withLabel(Marks.APP, app.app())
                .with(tree -> {
                    ObjectNode spec = tree.putObject("spec");
                    spec.put("backoffLimit", ATTEMPTS)
                            .put("activeDeadlineSeconds", LONGEST_DEPLOY.toSeconds())
                            .put("ttlSecondsAfterFinished", KEPT.toSeconds());
                    ObjectNode pod = spec.putObject("template").putObject("spec");
                    pod.put("restartPolicy", "Never").put("serviceAccountName", Marks.watchdogAccount(app.app()));
                    // Namespaces may let in none but restricted pods (Pod Security Standards).
                    pod.putObject("securityContext")
                            .put("runAsNonRoot", true)
                            .putObject("seccompProfile")
                            .put("type", "RuntimeDefault");
                    ObjectNode container = pod.putArray("containers").addObject();
                    container
                            .put("name", "relevo")
                            .put("image", options.watchdog().orElseThrow());
                    ArrayNode args = container.putArray("args");
                    words(app, epoch, options).forEach(args::add);
                    container
                            .putObject("securityContext")
                            .put("allowPrivilegeEscalation", false)
                            .putObject("capabilities")
                            .putArray("drop")
                            .add("ALL");
                    ObjectNode resources = container.putObject("resources");
                    resources.putObject("requests").put("cpu", "50m").put("memory", "128Mi");
                    resources.putObject("limits").put("memory", "256Mi");
                });
    }

    /** The command line of the engine in the Job; it has no relevo.yaml there. */
    private static List<String> words(AppRef app, int epoch, DeployOptions options) {
        List<String> words = new ArrayList<>(List.of("watchdog", "--app", app.app(), "--namespace", app.namespace()));
        words.addAll(List.of("--epoch", Integer.toString(epoch)));
        words.addAll(List.of("--history", Integer.toString(options.settings().history())));
        words.addAll(List.of("--timeout", Durations.format(options.timeout())));
        if (!options.settings().prune()) {
            words.add("--no-prune");
        }
        return words;
    }

    /** The deploy has ended by itself: nobody need watch it any more. */
    @Override
    public void close() {
        job.ifPresent(made -> {
            try {
                tellIfItHadNoPod(made);
                Cluster.Deletion unused =
                        cluster.delete(made.ref(), DeleteOptions.ofUid(made.uid(), Propagation.BACKGROUND));
            } catch (ClusterRefusal | RelevoException e) {
                events.emit(new Event.Warning(
                        "The watchdog " + made.ref() + " could not be deleted: " + e.getMessage(),
                        "It ends by itself, because the lock is given back"));
            }
        });
    }

    /** A Job whose pod a policy, a quota or a missing account keeps out says so in its events only. */
    private void tellIfItHadNoPod(KubeObject made) {
        String namespace = made.namespace();
        if (!cluster.list(Kind.POD, namespace, Map.of("job-name", made.name()))
                .items()
                .isEmpty()) {
            return;
        }
        List<KubeObject> all = cluster.list(Kind.EVENT, namespace, Map.of()).items();
        Diagnosis.of(new Diagnosis.Evidence(Optional.of(made), List.of(), List.of(), all), LogTail.none()).stream()
                .findFirst()
                .ifPresent(finding -> events.emit(new Event.Warning(
                        "No watchdog was with this deploy: " + finding.cause(), watchdogRemedy(finding))));
    }

    private static String watchdogRemedy(Finding finding) {
        return finding.code() == ClusterError.CONFIG_MISSING
                ? "Apply what `relevo rbac` prints for this environment; the account is among it"
                : finding.remedy();
    }
}
