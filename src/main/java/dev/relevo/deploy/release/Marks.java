package dev.relevo.deploy.release;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.relevo.cluster.Kind;
import dev.relevo.cluster.KnownKinds;
import dev.relevo.cluster.KubeObject;
import dev.relevo.cluster.ObjectRef;
import dev.relevo.cluster.Rollout;
import java.util.Set;

/** The labels and annotations by which Relevo knows its own objects, and how they get there. */
public final class Marks {
    public static final String MANAGED_BY = "app.kubernetes.io/managed-by";
    public static final String APP = "relevo.dev/app";
    /** On objects: the number of the release that wrote them last. On record Secrets, as a label: the number they hold. */
    public static final String RELEASE = "relevo.dev/release";
    /** On pods: {@code candidate} or {@code baseline} for those of a deploy; the app's own pods do not have it. */
    public static final String TRACK = "relevo.dev/track";

    public static final String CANDIDATE = "candidate";
    public static final String BASELINE = "baseline";
    /** On pods: which pod template they were made from. An annotation on the app's own, a label on a candidate's. */
    public static final String TEMPLATE = "relevo.dev/template";

    /** On objects that were there, made by somebody else, when Relevo first wrote them: they are never deleted. */
    public static final String ADOPTED = "relevo.dev/adopted";

    private static final String OURS = "relevo";
    private static final Set<String> RUN_PODS = Set.of(
            "Pod", "Deployment", "ReplicaSet", "ReplicationController", "StatefulSet", "DaemonSet", "Job", "CronJob");

    private Marks() {}

    /** The object as it is written for a release: marked as Relevo's, a workload's pods marked with their template. */
    public static KubeObject on(KubeObject object, ReleaseSpec spec, int number) {
        KubeObject marked = object.withLabel(MANAGED_BY, OURS)
                .withLabel(APP, spec.app())
                .withAnnotation(RELEASE, Integer.toString(number));
        if (!Rollout.KINDS.contains(object.kind())) {
            return marked;
        }
        String template = Template.hash(object);
        return marked.with(tree -> Template.metadata(tree, "annotations").put(TEMPLATE, template));
    }

    /** The object as it is written over the live one: what somebody else made keeps that it is not ours to delete. */
    public static KubeObject over(KubeObject live, KubeObject wanted) {
        boolean ours =
                OURS.equals(live.labels().get(MANAGED_BY)) || live.labels().containsKey(APP);
        boolean marked = OURS.equals(wanted.labels().get(MANAGED_BY));
        return marked && (!ours || adopted(live)) ? wanted.withAnnotation(ADOPTED, "true") : wanted;
    }

    /** Whether pods may come of an object of this kind; of one that nobody here knows they may. */
    public static boolean runsPods(Kind kind) {
        return RUN_PODS.contains(kind.name()) || KnownKinds.of(kind).isEmpty();
    }

    /** Whether somebody else made the object. */
    public static boolean adopted(KubeObject live) {
        return live.annotations().containsKey(ADOPTED);
    }

    /** Whether the live object was written for this release of this app. */
    public static boolean writtenFor(KubeObject live, String app, int number) {
        return app.equals(live.labels().get(APP))
                && Integer.toString(number).equals(live.annotations().get(RELEASE));
    }

    /** The name of an app's candidate Deployment and Service. */
    public static String candidateName(String app) {
        return app + "-candidate";
    }

    /** The name of the Deployment and Service of the old version that a candidate is compared with. */
    public static String baselineName(String app) {
        return app + "-baseline";
    }

    /** What an object is there for that is there during a deploy only: {@code candidate} or {@code baseline}; else empty. */
    public static String track(KubeObject object) {
        return object.labels().getOrDefault(TRACK, "");
    }

    /** The name of the route by which a candidate is asked before it has traffic. */
    public static String previewName(String app) {
        return app + "-preview";
    }

    /** The name of the account with which an app's watchdog runs. */
    public static String watchdogAccount(String app) {
        return "relevo-" + app + "-watchdog";
    }

    /** The Secret of a release's record that is written last, and holds its status. */
    public static ObjectRef recordSecret(AppRef of, int number) {
        return new ObjectRef(Kind.SECRET, of.namespace(), "relevo-" + of.app() + "-r" + number);
    }

    public static ObjectRef candidateDeployment(String app, String namespace) {
        return new ObjectRef(Kind.DEPLOYMENT, namespace, candidateName(app));
    }

    public static ObjectRef candidateService(String app, String namespace) {
        return new ObjectRef(Kind.SERVICE, namespace, candidateName(app));
    }

    public static ObjectRef baselineDeployment(String app, String namespace) {
        return new ObjectRef(Kind.DEPLOYMENT, namespace, baselineName(app));
    }

    public static ObjectRef baselineService(String app, String namespace) {
        return new ObjectRef(Kind.SERVICE, namespace, baselineName(app));
    }

    public static ObjectNode child(ObjectNode parent, String name) {
        return parent.get(name) instanceof ObjectNode found ? found : parent.putObject(name);
    }
}
