package dev.relevo.deploy.plan;

import dev.relevo.cluster.KubeObject;
import dev.relevo.cluster.ObjectRef;
import dev.relevo.config.Durations;
import dev.relevo.config.VerifyConfig.HttpCheck;
import dev.relevo.config.VerifyConfig.MetricsCheck;
import dev.relevo.deploy.release.AppRef;
import dev.relevo.deploy.release.Release;
import dev.relevo.deploy.release.ReleaseStatus;
import dev.relevo.report.Event;
import dev.relevo.traffic.Router;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * One thing that a plan does or waits for. Operations are data: they say what is to be true afterwards, and carrying one
 * out twice changes nothing more than once.
 */
public sealed interface Operation {
    /** What it does, in one line for a person. */
    String sentence();

    /** Whether it changes the cluster. */
    default boolean writes() {
        return true;
    }

    /** What it is for whoever watches. */
    default Event.TaskKind kind() {
        return writes() ? Event.TaskKind.OPERATION : Event.TaskKind.GATE;
    }

    /**
     * Server-side apply.
     *
     * @param object the object, marked for its release
     * @param replicas whether the object's replicas are written as they stand in it, or stay as they are in the cluster
     */
    record Apply(KubeObject object, Replicas replicas) implements Operation {
        @Override
        public String sentence() {
            return "Apply " + name(object.ref());
        }
    }

    /** Who says how many pods a Deployment has. */
    enum Replicas {
        AS_WRITTEN,
        AS_LIVE
    }

    /** Deletes an object if it still is the one with this UID. */
    record Delete(ObjectRef ref, String uid, String why) implements Operation {
        @Override
        public String sentence() {
            return "Delete " + name(ref) + ": " + why;
        }
    }

    /** Deletes a Deployment, Service or route that is there for a candidate only; anything of that name that is not marked so stays. */
    record DropCandidate(ObjectRef ref) implements Operation {
        @Override
        public String sentence() {
            return "Delete " + name(ref) + ": it has no traffic";
        }
    }

    /** Sets a Deployment's number of pods, or only raises it to at least that many. */
    record ScaleTo(ObjectRef ref, int replicas, boolean onlyUp) implements Operation {
        @Override
        public String sentence() {
            return "Scale " + name(ref) + " to " + (onlyUp ? "at least " : "") + replicas;
        }
    }

    /** Deletes the pods that a StatefulSet would wait for for ever: neither ready nor of its present template. */
    record ReplaceStuckPods(ObjectRef ref) implements Operation {
        @Override
        public String sentence() {
            return "Delete pods of " + name(ref) + " that hold its update up, if there are some";
        }
    }

    /** Raises a Deployment's number of pods to what another one has at that moment, which an autoscaler may have changed since. */
    record ScaleLike(ObjectRef ref, ObjectRef other) implements Operation {
        @Override
        public String sentence() {
            return "Scale " + name(ref) + " to at least what " + name(other) + " has";
        }
    }

    /** Waits until a workload's pods are all of this template and available. */
    record AwaitRollout(ObjectRef ref, String template) implements Operation {
        @Override
        public String sentence() {
            return "Wait until " + name(ref) + " is complete";
        }

        @Override
        public boolean writes() {
            return false;
        }
    }

    /** Waits until an object, and the pods with these labels (none: no pods), are gone. */
    record AwaitGone(ObjectRef ref, Map<String, String> pods) implements Operation {
        public AwaitGone {
            pods = Map.copyOf(pods);
        }

        @Override
        public String sentence() {
            return "Wait until " + name(ref) + (pods.isEmpty() ? " is gone" : " and its pods are gone");
        }

        @Override
        public boolean writes() {
            return false;
        }
    }

    /** Waits until a Service's ready endpoints are at least one, and pods of nothing but this template with these labels. */
    record AwaitEndpoints(ObjectRef service, Map<String, String> pods, String template) implements Operation {
        public AwaitEndpoints {
            pods = Map.copyOf(pods);
        }

        @Override
        public String sentence() {
            return "Wait until the endpoints of " + name(service) + " are the new pods";
        }

        @Override
        public boolean writes() {
            return false;
        }
    }

    /** Asks through a Service and compares the answers. */
    record Smoke(ObjectRef service, List<HttpCheck> checks) implements Operation {
        public Smoke {
            checks = List.copyOf(checks);
        }

        @Override
        public String sentence() {
            return "Check " + requests(checks) + " through " + name(service);
        }

        @Override
        public boolean writes() {
            return false;
        }
    }

    /**
     * Asks a candidate the way that users come. Only answers that show that they came through the preview count.
     *
     * @param preview the preview, which stands
     * @param beside the route beside which it stands, whose entry is asked
     * @param mark what requests carry that the preview is for
     * @param required whether it fails the deploy that the preview cannot be asked; else it is only said
     */
    record SmokeThrough(ObjectRef preview, ObjectRef beside, String mark, boolean required, List<HttpCheck> checks)
            implements Operation {
        public SmokeThrough {
            checks = List.copyOf(checks);
        }

        @Override
        public String sentence() {
            return "Check " + requests(checks) + " by " + name(preview) + ", as users come";
        }

        @Override
        public boolean writes() {
            return false;
        }
    }

    /** Makes sure from outside that somebody answers behind a Service, where nothing says what to ask. */
    record Knock(ObjectRef service) implements Operation {
        @Override
        public String sentence() {
            return "Make sure from outside that " + name(service) + " answers";
        }

        @Override
        public boolean writes() {
            return false;
        }
    }

    /**
     * Observes the error rate of pods for a while, longer if too few requests came.
     *
     * @param pods labels of the candidate's
     * @param baseline labels of those of the old version that it is compared with; empty for none
     */
    record MetricsGate(
            String namespace,
            Map<String, String> pods,
            Map<String, String> baseline,
            MetricsCheck check,
            Duration during)
            implements Operation {
        public MetricsGate {
            pods = Map.copyOf(pods);
            baseline = Map.copyOf(baseline);
        }

        @Override
        public String sentence() {
            return "Watch the candidate's error rate" + (baseline.isEmpty() ? "" : ", and the baseline's,") + " for "
                    + seconds(during);
        }

        @Override
        public boolean writes() {
            return false;
        }
    }

    /** Lets time pass. */
    record Pause(Duration duration, String why) implements Operation {
        @Override
        public String sentence() {
            return "Wait " + seconds(duration) + ": " + why;
        }

        @Override
        public boolean writes() {
            return false;
        }
    }

    /** Lets a version be seen at work for a while; whoever promotes ends it. */
    record Observe(Duration duration, String why) implements Operation {
        @Override
        public String sentence() {
            return "Wait " + seconds(duration) + ": " + why;
        }

        @Override
        public boolean writes() {
            return false;
        }
    }

    /**
     * Waits until somebody promotes; if nobody does in time the deploy fails.
     *
     * @param atMost how long it may take
     */
    record AwaitPromotion(Duration atMost) implements Operation {
        @Override
        public String sentence() {
            return "Wait until somebody promotes, at most " + Durations.format(atMost);
        }

        @Override
        public boolean writes() {
            return false;
        }
    }

    /** Gives the candidate this share of the traffic; 0 brings all of it, and the router itself, back. */
    record ShiftTraffic(Router router, int percent) implements Operation {
        @Override
        public String sentence() {
            return percent == 0
                    ? "Return all traffic of " + router.subject() + " to the app's own Deployment"
                    : "Give the candidate its share by " + router.subject() + ": " + router.share(percent);
        }
    }

    /**
     * Runs a hook.
     *
     * @param scene what it is told of the deploy
     * @param decides whether its failure is one of the deploy
     */
    record RunHook(Hook hook, HookScene scene, boolean decides) implements Operation {
        @Override
        public String sentence() {
            return hook.sentence();
        }

        @Override
        public Event.TaskKind kind() {
            return Event.TaskKind.HOOK;
        }
    }

    /** Writes down a release and what became of it. */
    record RecordRelease(Release release, ReleaseStatus status) implements Operation {
        @Override
        public String sentence() {
            return "Record release " + release.number() + " as " + status.word();
        }
    }

    /** Changes what is said to have become of an earlier release. */
    record MarkRelease(AppRef of, int number, ReleaseStatus status) implements Operation {
        @Override
        public String sentence() {
            return "Record release " + number + " as " + status.word();
        }
    }

    /** Writes down that the pods of an incompatible release may run from now on, so that nothing goes back behind it unasked. */
    record RecordStart(AppRef of, int number) implements Operation {
        @Override
        public String sentence() {
            return "Record that release " + number + " starts: from here on nothing goes back by itself";
        }
    }

    /** Drops a release from the history. */
    record ForgetRelease(AppRef of, int number) implements Operation {
        @Override
        public String sentence() {
            return "Drop release " + number + " from the history";
        }
    }

    private static String requests(List<HttpCheck> checks) {
        return checks.size() + " request" + (checks.size() == 1 ? "" : "s");
    }

    private static String name(ObjectRef ref) {
        return ref.kind().name() + "/" + ref.name();
    }

    private static String seconds(Duration duration) {
        return duration.toMillis() % 1000 == 0 ? duration.toSeconds() + " s" : duration.toMillis() + " ms";
    }
}
