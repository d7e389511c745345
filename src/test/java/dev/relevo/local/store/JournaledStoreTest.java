package dev.relevo.local.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.relevo.local.api.KubernetesStore;
import dev.relevo.local.schema.ClusterIps;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JournaledStoreTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    Path directory;

    @SuppressWarnings("NullAway.Init")
    private ObjectStore store;

    @BeforeEach
    void open() {
        store = KubernetesStore.open(directory, ClusterIps.loopback(), 3);
    }

    @AfterEach
    void close() {
        store.close();
    }

    @Test
    void keepsObjectsAndVersionsAcrossARestart() {
        store.create(ResourceTypes.CONFIG_MAP, "default", configMap("kept", "1"));
        store.create(ResourceTypes.CONFIG_MAP, "default", configMap("gone", "1"));
        store.delete(key("gone"), DeleteOptions.defaults());
        long version = store.resourceVersion();
        store.close();
        open();
        assertThat(store.resourceVersion()).isEqualTo(version);
        assertThat(value("kept")).isEqualTo("1");
        assertThat(store.get(key("gone"))).isEmpty();
    }

    @Test
    void losesOnlyTheWriteThatACrashCutShort(@TempDir Path copy) throws IOException {
        store.create(ResourceTypes.CONFIG_MAP, "default", configMap("whole", "1"));
        byte[] whole = Files.readAllBytes(directory.resolve("journal"));
        store.create(ResourceTypes.CONFIG_MAP, "default", configMap("torn", "1"));
        byte[] both = Files.readAllBytes(directory.resolve("journal"));
        for (int length = whole.length; length < both.length; length += 7) {
            Files.write(copy.resolve("journal"), Arrays.copyOf(both, length));
            try (ObjectStore recovered = KubernetesStore.open(copy)) {
                assertThat(recovered.get(key("whole"))).isPresent();
                assertThat(recovered.get(key("torn"))).isEmpty();
                recovered.create(ResourceTypes.CONFIG_MAP, "default", configMap("after", "1"));
            }
            try (ObjectStore again = KubernetesStore.open(copy)) {
                assertThat(again.get(key("after"))).isPresent();
            }
            Files.delete(copy.resolve("snapshot"));
        }
    }

    @Test
    void ignoresWhatFollowsADamagedRecord() throws IOException {
        store.create(ResourceTypes.CONFIG_MAP, "default", configMap("good", "1"));
        store.close();
        Files.writeString(
                directory.resolve("journal"), "00000000 {\"op\":\"version\",\"rv\":999}\n", StandardOpenOption.APPEND);
        open();
        assertThat(store.resourceVersion()).isLessThan(999);
        assertThat(value("good")).isEqualTo("1");
    }

    @Test
    void refusesASecondServerOnTheSameDirectory() {
        assertThatThrownBy(() -> KubernetesStore.open(directory))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("in use");
    }

    @Test
    void deliversEveryChangeInOrderFromTheVersionOfASnapshot() throws InterruptedException {
        long from = store.snapshot(ResourceTypes.CONFIG_MAP, "", LabelSelector.everything())
                .resourceVersion();
        store.create(ResourceTypes.CONFIG_MAP, "default", configMap("a", "1"));
        BlockingQueue<WatchEvent> events = new LinkedBlockingQueue<>();
        try (Watch watch = store.watch(ResourceTypes.CONFIG_MAP, from, events::add)) {
            store.modify(key("a"), WriteOptions.NONE, object -> object.set("data", JSON.createObjectNode()));
            store.delete(key("a"), DeleteOptions.defaults());
            watch.requestBookmark();
            assertThat(next(events).type()).isEqualTo(WatchEvent.Type.ADDED);
            assertThat(next(events).type()).isEqualTo(WatchEvent.Type.MODIFIED);
            WatchEvent deleted = next(events);
            assertThat(deleted.type()).isEqualTo(WatchEvent.Type.DELETED);
            assertThat(deleted.object().at("/metadata/resourceVersion").asLong())
                    .isEqualTo(deleted.resourceVersion());
            assertThat(next(events).resourceVersion()).isEqualTo(store.resourceVersion());
        }
    }

    @Test
    void answersExpiredBeyondItsHistory() {
        long old = store.resourceVersion();
        store.create(ResourceTypes.CONFIG_MAP, "default", configMap("a", "0"));
        for (int i = 1; i <= 4; i++) {
            store.update(key("a"), configMap("a", "" + i));
        }
        assertThatThrownBy(() -> store.watch(ResourceTypes.CONFIG_MAP, old, event -> {}))
                .isInstanceOfSatisfying(ApiError.class, error -> {
                    assertThat(error.code()).isEqualTo(410);
                    assertThat(error.reason()).isEqualTo("Expired");
                });
    }

    @Test
    void showsThePastWithinItsHistory() {
        store.create(ResourceTypes.CONFIG_MAP, "default", configMap("a", "old"));
        long past = store.resourceVersion();
        store.update(key("a"), configMap("a", "new"));
        store.create(ResourceTypes.CONFIG_MAP, "default", configMap("b", "1"));
        ObjectList list = store.snapshotAt(ResourceTypes.CONFIG_MAP, "default", LabelSelector.everything(), past);
        assertThat(list.items())
                .singleElement()
                .satisfies(
                        object -> assertThat(object.at("/data/value").asText()).isEqualTo("old"));
    }

    @Test
    void changesNothingByAnUpdateThatSaysTheSame() {
        store.create(ResourceTypes.CONFIG_MAP, "default", configMap("a", "1"));
        long version = store.resourceVersion();
        store.update(key("a"), configMap("a", "1"));
        assertThat(store.resourceVersion()).isEqualTo(version);
    }

    @Test
    void holdsAPodOnANodeForItsGraceAndThenRemovesIt() {
        ObjectKey pod = ResourceTypes.POD.key("default", "p");
        ObjectNode object = JSON.createObjectNode();
        object.putObject("metadata").put("name", "p");
        object.putObject("spec")
                .put("nodeName", "n")
                .putArray("containers")
                .addObject()
                .put("name", "c")
                .put("image", "i:1");
        store.create(ResourceTypes.POD, "default", object);
        store.delete(pod, DeleteOptions.defaults());
        assertThat(store.get(pod))
                .hasValueSatisfying(marked -> assertThat(marked.at("/metadata/deletionGracePeriodSeconds")
                                .asInt())
                        .isEqualTo(30));
        store.delete(pod, DeleteOptions.now());
        assertThat(store.get(pod)).isEmpty();
    }

    @Test
    void removesANamespaceWhenItsFinalizersAreGone() {
        ObjectKey key = ResourceTypes.NAMESPACE.key("", "short-lived");
        ObjectNode object = JSON.createObjectNode();
        object.putObject("metadata").put("name", "short-lived");
        store.create(ResourceTypes.NAMESPACE, "", object);
        store.delete(key, DeleteOptions.defaults());
        assertThatThrownBy(() -> store.create(ResourceTypes.CONFIG_MAP, "short-lived", configMap("late", "1")))
                .hasMessageContaining("because it is being terminated");
        store.modifyFinalizers(key, WriteOptions.NONE, namespace -> {
            namespace.withObjectProperty("spec").remove("finalizers");
            return namespace;
        });
        assertThat(store.get(key)).isEmpty();
    }

    private String value(String name) {
        return store.get(key(name)).orElseThrow().at("/data/value").asText();
    }

    private static WatchEvent next(BlockingQueue<WatchEvent> events) throws InterruptedException {
        WatchEvent event = events.poll(10, TimeUnit.SECONDS);
        assertThat(event).isNotNull();
        return Objects.requireNonNull(event);
    }

    private static ObjectKey key(String name) {
        return ResourceTypes.CONFIG_MAP.key("default", name);
    }

    private static ObjectNode configMap(String name, String value) {
        ObjectNode object = JSON.createObjectNode();
        object.putObject("metadata").put("name", name);
        object.putObject("data").put("value", value);
        return object;
    }
}
