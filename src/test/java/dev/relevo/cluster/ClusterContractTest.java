package dev.relevo.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.relevo.cluster.Cluster.ApplyOptions;
import dev.relevo.cluster.Cluster.DeleteOptions;
import dev.relevo.cluster.Cluster.Deletion;
import dev.relevo.cluster.Cluster.Propagation;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The port against a real API server: what strategies rely on. */
class ClusterContractTest {
    @TempDir
    Path folder;

    private TestApi api;
    private KubernetesCluster cluster;

    @BeforeEach
    void open() {
        api = TestApi.open(folder).withNamespace();
        cluster = api.cluster();
    }

    @AfterEach
    void close() {
        api.close();
    }

    @Test
    void an_object_is_created_read_listed_and_deleted_by_uid() {
        KubeObject created = cluster.create(settings("one", "a"));

        assertThat(created.uid()).isNotEmpty();
        assertThat(cluster.get(created.ref())).contains(created);
        assertThat(cluster.list(Kind.CONFIG_MAP, api.namespace(), Map.of("set", "one"))
                        .items())
                .containsExactly(created);
        assertThat(cluster.list(Kind.CONFIG_MAP, api.namespace(), Map.of("set", "two"))
                        .items())
                .isEmpty();
        assertThatThrownBy(() -> cluster.create(settings("one", "a"))).isInstanceOf(ClusterRefusal.Conflict.class);
        assertThatThrownBy(
                        () -> cluster.delete(created.ref(), DeleteOptions.ofUid("another-uid", Propagation.BACKGROUND)))
                .isInstanceOf(ClusterRefusal.Conflict.class);
        assertThat(cluster.delete(created.ref(), DeleteOptions.ofUid(created.uid(), Propagation.BACKGROUND)))
                .isEqualTo(Deletion.DONE);
        assertThat(cluster.get(created.ref())).isEmpty();
        assertThat(cluster.delete(created.ref(), DeleteOptions.background())).isEqualTo(Deletion.NOTHING);
    }

    @Test
    void writes_with_an_old_version_are_conflicts() {
        KubeObject first = cluster.create(settings("one", "a"));
        KubeObject second = cluster.replace(first.with(tree -> ((ObjectNode) tree.get("data")).put("key", "b")));

        assertThat(second.resourceVersion()).isNotEqualTo(first.resourceVersion());
        assertThatThrownBy(() -> cluster.replace(first)).isInstanceOf(ClusterRefusal.Conflict.class);
        assertThatThrownBy(() -> cluster.merge(first.ref(), patch(first.resourceVersion(), "c")))
                .isInstanceOf(ClusterRefusal.Conflict.class);
        assertThat(cluster.merge(first.ref(), patch(second.resourceVersion(), "c"))
                        .strings("/data"))
                .containsEntry("key", "c");
        KubeObject stale = settings("one", "d")
                .with(tree -> ((ObjectNode) tree.get("metadata")).put("resourceVersion", first.resourceVersion()));
        assertThatThrownBy(() -> cluster.apply(stale, ApplyOptions.FORCE)).isInstanceOf(ClusterRefusal.Conflict.class);
    }

    @Test
    void apply_owns_its_fields_and_leaves_those_of_others() {
        KubeObject applied = cluster.apply(settings("one", "a"), ApplyOptions.FORCE);
        cluster.merge(applied.ref(), (ObjectNode) JsonNodeFactory.instance
                .objectNode()
                .set("data", JsonNodeFactory.instance.objectNode().put("theirs", "x")));

        KubeObject again = cluster.apply(
                settings("one", "b").with(tree -> ((ObjectNode) tree.get("data")).put("more", "m")),
                ApplyOptions.FORCE);

        assertThat(again.strings("/data"))
                .containsEntry("key", "b")
                .containsEntry("theirs", "x")
                .containsEntry("more", "m");
        assertThat(cluster.apply(settings("one", "b"), ApplyOptions.FORCE).strings("/data"))
                .doesNotContainKey("more");
    }

    @Test
    void a_dry_run_answers_and_changes_nothing() {
        KubeObject wouldBe = cluster.apply(settings("one", "a"), ApplyOptions.DRY_RUN);

        assertThat(wouldBe.strings("/data")).containsEntry("key", "a");
        assertThat(cluster.get(wouldBe.ref())).isEmpty();
    }

    @Test
    void what_is_not_valid_or_not_there_is_told_apart() {
        KubeObject invalid = settings("one", "a").with(tree -> ((ObjectNode) tree.get("data")).put("bad key", "x"));
        assertThatThrownBy(() -> cluster.create(invalid))
                .isInstanceOf(ClusterRefusal.Invalid.class)
                .hasMessageContaining("bad key");
        assertThatThrownBy(() -> cluster.create(settings("one", "a").withNamespace("no-such-namespace")))
                .isInstanceOf(ClusterRefusal.NotFound.class);
        assertThat(cluster.get(new ObjectRef(Kind.SECRET, "no-such-namespace", "x")))
                .isEmpty();
        assertThat(cluster.serves(Kind.DEPLOYMENT)).isTrue();
        assertThat(cluster.serves(new Kind("nowhere.example.com/v1", "Widget"))).isFalse();
        assertThat(cluster.version()).startsWith("v1.");
    }

    @Test
    void a_watch_tells_the_first_state_and_every_later_one() throws Exception {
        BlockingQueue<Map<String, KubeObject>> states = new LinkedBlockingQueue<>();
        cluster.create(settings("one", "a"));
        try (Cluster.Watching watching =
                cluster.watch(Kind.CONFIG_MAP, api.namespace(), Map.of("set", "one"), states::add)) {
            assertThat(states.poll()).containsOnlyKeys("one");
            KubeObject changed = cluster.apply(settings("one", "b"), ApplyOptions.FORCE);
            await(states, state -> state.containsValue(changed));
            cluster.create(settings("two", "a").withLabel("set", "one"));
            await(states, state -> state.keySet().equals(java.util.Set.of("one", "two")));
            cluster.delete(changed.ref(), DeleteOptions.background());
            await(states, state -> state.keySet().equals(java.util.Set.of("two")));
        }
    }

    @Test
    void objects_with_one_of_several_values_of_a_label_are_followed_and_listed() throws Exception {
        LabelSelector either = LabelSelector.in("set", java.util.Set.of("one", "two"));
        BlockingQueue<Map<String, KubeObject>> states = new LinkedBlockingQueue<>();
        cluster.create(settings("one", "a"));
        cluster.create(settings("three", "a"));
        try (Cluster.Watching watching = cluster.follow(Kind.CONFIG_MAP, api.namespace(), either, states::add)) {
            await(states, state -> state.keySet().equals(java.util.Set.of("one")));
            cluster.create(settings("four", "a"));
            cluster.create(settings("two", "a"));
            await(states, state -> state.keySet().equals(java.util.Set.of("one", "two")));
        }
        assertThat(cluster.list(Kind.CONFIG_MAP, api.namespace(), either).items())
                .extracting(KubeObject::name)
                .containsExactly("one", "two");
    }

    @Test
    void of_events_only_those_are_told_that_are_no_routine() throws Exception {
        cluster.create(event("routine", "Scheduled"));
        cluster.create(event("trouble", "FailedMount"));
        BlockingQueue<Map<String, KubeObject>> states = new LinkedBlockingQueue<>();

        assertThat(cluster.list(Kind.EVENT, api.namespace(), Map.of()).items())
                .extracting(KubeObject::name)
                .containsExactly("trouble");
        try (Cluster.Watching watching = cluster.watch(Kind.EVENT, api.namespace(), Map.of(), states::add)) {
            assertThat(states.poll()).containsOnlyKeys("trouble");
            cluster.create(event("more-routine", "Pulled"));
            cluster.create(event("end", "Killing"));
            await(states, state -> state.keySet().equals(java.util.Set.of("trouble", "end")));
        }
    }

    private KubeObject event(String name, String reason) {
        return KubeObject.named(new ObjectRef(Kind.EVENT, api.namespace(), name))
                .with(tree -> {
                    tree.put("reason", reason).put("type", "Normal");
                    tree.putObject("involvedObject")
                            .put("kind", "Pod")
                            .put("namespace", api.namespace())
                            .put("name", "shop");
                });
    }

    private static void await(BlockingQueue<Map<String, KubeObject>> states, Predicate<Map<String, KubeObject>> wanted)
            throws InterruptedException {
        while (true) {
            Map<String, KubeObject> state = states.poll(20, TimeUnit.SECONDS);
            assertThat(state).as("the awaited state within 20 s").isNotNull();
            if (wanted.test(state)) {
                return;
            }
        }
    }

    private KubeObject settings(String name, String value) {
        return KubeObject.named(new ObjectRef(Kind.CONFIG_MAP, api.namespace(), name))
                .withLabel("set", name)
                .with(tree -> tree.putObject("data").put("key", value));
    }

    private static ObjectNode patch(String version, String value) {
        ObjectNode patch = JsonNodeFactory.instance.objectNode();
        patch.putObject("metadata").put("resourceVersion", version);
        patch.putObject("data").put("key", value);
        return patch;
    }
}
