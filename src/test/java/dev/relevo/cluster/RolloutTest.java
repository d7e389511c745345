package dev.relevo.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.relevo.cluster.Rollout.Done;
import dev.relevo.cluster.Rollout.Failed;
import dev.relevo.cluster.Rollout.Progressing;
import dev.relevo.cluster.Rollout.Requirements;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RolloutTest {
    private final List<KubeObject> sets = new ArrayList<>();
    private final List<KubeObject> pods = new ArrayList<>();

    @Test
    void done_only_when_status_replica_set_and_pods_agree() {
        set("v2", "new", 2, 2, 2);
        pods("new", 2, true, false);

        assertThat(Rollout.of(deployment("v2", 5, 5, 2, 2, 2), sets, pods)).isEqualTo(new Done(2));
        assertThat(Rollout.templateHash(deployment("v2", 5, 5, 2, 2, 2), sets)).contains("new");
    }

    @Test
    void a_status_of_an_older_generation_says_nothing() {
        set("v2", "new", 2, 2, 2);
        pods("new", 2, true, false);

        assertThat(Rollout.of(deployment("v2", 6, 5, 2, 2, 2), sets, pods))
                .isEqualTo(new Progressing(0, 2, "the controller has not seen the change yet"));
    }

    @Test
    void the_replica_set_of_the_template_must_be_there() {
        set("v1", "old", 2, 2, 2);
        pods("old", 2, true, false);

        assertThat(detail(Rollout.of(deployment("v2", 5, 5, 2, 2, 2), sets, pods)))
                .contains("ReplicaSet");
    }

    @Test
    void every_stage_says_what_is_waited_for() {
        set("v2", "new", 1, 0, 0);
        assertThat(detail(Rollout.of(deployment("v2", 5, 5, 2, 1, 1), sets, pods)))
                .isEqualTo("1 of 2 new pods are created");
        sets.clear();
        set("v2", "new", 2, 1, 1);
        pods("new", 1, true, false);
        pods("new", 1, false, false);
        assertThat(Rollout.of(deployment("v2", 5, 5, 2, 2, 1), sets, pods))
                .isEqualTo(new Progressing(1, 2, "1 of 2 new pods are ready"));
        sets.clear();
        pods.clear();
        set("v2", "new", 2, 2, 1);
        pods("new", 2, true, false);
        assertThat(detail(Rollout.of(deployment("v2", 5, 5, 2, 2, 1), sets, pods)))
                .isEqualTo("1 of 2 new pods are available");
    }

    @Test
    void a_pod_that_is_not_ready_counts_more_than_a_status_that_says_so() {
        set("v2", "new", 2, 2, 2);
        pods("new", 1, true, false);
        pods("new", 1, true, true);

        assertThat(Rollout.of(deployment("v2", 5, 5, 2, 2, 2), sets, pods)).isInstanceOf(Progressing.class);
    }

    @Test
    void old_replicas_must_be_told_to_stop_and_old_pods_be_gone_where_asked() {
        set("v2", "new", 2, 2, 2);
        pods("new", 2, true, false);
        set("v1", "old", 1, 1, 1);
        assertThat(detail(Rollout.of(deployment("v2", 5, 5, 3, 2, 3), sets, pods)))
                .isEqualTo("1 old pods are to stop");
        sets.remove(1);
        set("v1", "old", 0, 0, 0);
        pods("old", 1, true, true);
        KubeObject deployment = deployment("v2", 5, 5, 2, 2, 2);
        assertThat(Rollout.of(deployment, sets, pods)).isEqualTo(new Done(2));
        assertThat(detail(Rollout.of(deployment, sets, pods, Requirements.OLD_GONE)))
                .isEqualTo("1 old pod is stopping");
    }

    @Test
    void pods_of_another_deployment_do_not_count() {
        set("v2", "new", 2, 2, 2);
        pods("foreign", 5, true, false);

        assertThat(Rollout.of(deployment("v2", 5, 5, 2, 2, 2), sets, pods)).isInstanceOf(Progressing.class);
    }

    @Test
    void a_deployment_of_no_pods_is_done_when_none_is_left() {
        set("v2", "new", 0, 0, 0);

        assertThat(Rollout.of(
                        deployment("v2", 5, 5, 0, 0, 0)
                                .with(tree -> ((ObjectNode) tree.get("spec")).put("replicas", 0)),
                        sets,
                        pods))
                .isEqualTo(new Done(0));
    }

    @Test
    void the_deadline_is_a_failure_with_what_was_waited_for() {
        set("v2", "new", 2, 0, 0);
        KubeObject late = deployment("v2", 5, 5, 2, 2, 0)
                .with(tree -> ((ObjectNode) tree.get("status"))
                        .putArray("conditions")
                        .addObject()
                        .put("type", "Progressing")
                        .put("status", "False")
                        .put("reason", "ProgressDeadlineExceeded")
                        .put("message", "ReplicaSet has timed out progressing."));

        Rollout state = Rollout.of(late, sets, pods);

        assertThat(state).isInstanceOfSatisfying(Failed.class, failed -> {
            assertThat(failed.problem().code()).isEqualTo(ClusterError.PROGRESS_DEADLINE);
            assertThat(failed.problem().summary()).contains("0 of 2 new pods are ready");
        });
    }

    @Test
    void stateful_and_daemon_sets_are_followed_by_their_status() {
        KubeObject stateful = KubeObject.named(new ObjectRef(Kind.STATEFUL_SET, "dev", "db"))
                .with(tree -> {
                    tree.putObject("spec").put("replicas", 3);
                    tree.putObject("status")
                            .put("updateRevision", "b")
                            .put("currentRevision", "a")
                            .put("updatedReplicas", 1)
                            .put("readyReplicas", 3);
                });
        assertThat(Rollout.of(stateful, sets, pods)).isEqualTo(new Progressing(1, 3, "1 of 3 pods are updated"));
        assertThat(Rollout.of(
                        stateful.with(tree -> ((ObjectNode) tree.get("status")).put("updatedReplicas", 3)), sets, pods))
                .isEqualTo(new Done(3));

        KubeObject daemon = KubeObject.named(new ObjectRef(Kind.DAEMON_SET, "dev", "agent"))
                .with(tree -> tree.putObject("status")
                        .put("desiredNumberScheduled", 2)
                        .put("updatedNumberScheduled", 2)
                        .put("numberAvailable", 1));
        assertThat(Rollout.of(daemon, sets, pods)).isEqualTo(new Progressing(1, 2, "1 of 2 pods are available"));
    }

    private static String detail(Rollout state) {
        return state instanceof Progressing progressing ? progressing.detail() : state.toString();
    }

    private static KubeObject deployment(
            String version, int generation, int observed, int replicas, int updated, int available) {
        return KubeObject.named(new ObjectRef(Kind.DEPLOYMENT, "dev", "shop")).with(tree -> {
            ((ObjectNode) tree.get("metadata")).put("uid", "d-1").put("generation", generation);
            ObjectNode spec = tree.putObject("spec").put("replicas", 2);
            template(spec, version);
            tree.putObject("status")
                    .put("observedGeneration", observed)
                    .put("replicas", replicas)
                    .put("updatedReplicas", updated)
                    .put("availableReplicas", available);
        });
    }

    private void set(String version, String hash, int replicas, int ready, int available) {
        sets.add(KubeObject.named(new ObjectRef(Kind.REPLICA_SET, "dev", "shop-" + hash))
                .withLabel("pod-template-hash", hash)
                .with(tree -> {
                    own((ObjectNode) tree.get("metadata"), "rs-" + hash, "d-1");
                    ObjectNode spec = tree.putObject("spec").put("replicas", replicas);
                    template(spec, version);
                    ((ObjectNode) spec.at("/template/metadata/labels")).put("pod-template-hash", hash);
                    tree.putObject("status")
                            .put("replicas", replicas)
                            .put("readyReplicas", ready)
                            .put("availableReplicas", available);
                }));
    }

    private void pods(String hash, int count, boolean ready, boolean deleting) {
        for (int i = 0; i < count; i++) {
            String name = "shop-" + hash + "-" + pods.size();
            pods.add(KubeObject.named(new ObjectRef(Kind.POD, "dev", name)).with(tree -> {
                own((ObjectNode) tree.get("metadata"), name, "rs-" + hash);
                if (deleting) {
                    ((ObjectNode) tree.get("metadata")).put("deletionTimestamp", "2026-01-01T00:00:00Z");
                }
                tree.putObject("status")
                        .put("phase", "Running")
                        .putArray("conditions")
                        .addObject()
                        .put("type", "Ready")
                        .put("status", ready ? "True" : "False");
            }));
        }
    }

    private static void template(ObjectNode spec, String version) {
        ObjectNode template = spec.putObject("template");
        template.putObject("metadata").putObject("labels").put("app", "shop");
        template.putObject("spec").putArray("containers").addObject().put("image", "shop:" + version);
    }

    private static void own(ObjectNode metadata, String uid, String owner) {
        metadata.put("uid", uid);
        metadata.putArray("ownerReferences").addObject().put("uid", owner);
    }
}
