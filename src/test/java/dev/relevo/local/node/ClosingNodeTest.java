package dev.relevo.local.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.relevo.local.store.ObjectKey;
import dev.relevo.local.store.ObjectStore;
import dev.relevo.local.store.ResourceTypes;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("A node that is closed while a pod is being started")
class ClosingNodeTest {
    @TempDir
    Path directory;

    private final CountDownLatch reading = new CountDownLatch(1);
    private final CountDownLatch closed = new CountDownLatch(1);

    @Test
    @Timeout(60)
    @DisplayName("leaves nothing of it running")
    void leavesNothingRunning() throws Exception {
        TestImages images = new TestImages();
        images.add("localhost:5000/web:1", TestImages.sampleServer("1"));
        try (TestCluster cluster = TestCluster.start(directory, images, this::slowlyRead)) {
            cluster.apply("""
                    apiVersion: v1
                    kind: ConfigMap
                    metadata: {name: settings, namespace: default}
                    data: {a: b}
                    """);
            cluster.apply("""
                    apiVersion: v1
                    kind: Pod
                    metadata: {name: web, namespace: default}
                    spec:
                      volumes: [{name: settings, configMap: {name: settings}}]
                      containers: [{name: web, image: "localhost:5000/web:1"}]
                    """);
            reading.await();

            cluster.node().close();
            closed.countDown();
        }

        assertThat(processes()).isEmpty();
    }

    /** The ConfigMap that the pod waits for is read when the node is closed. */
    private ObjectStore slowlyRead(ObjectStore store) {
        return (ObjectStore) Proxy.newProxyInstance(
                ObjectStore.class.getClassLoader(), new Class<?>[] {ObjectStore.class}, (proxy, method, arguments) -> {
                    if (method.getName().equals("get")
                            && ((ObjectKey) arguments[0]).type().equals(ResourceTypes.CONFIG_MAP)) {
                        reading.countDown();
                        closed.await();
                    }
                    try {
                        return method.invoke(store, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    /** The records of processes that the node has not seen ending. */
    private List<Path> processes() throws IOException {
        try (Stream<Path> files = Files.walk(directory.resolve("node/pods"))) {
            return files.filter(path -> path.endsWith("process.json")).toList();
        }
    }
}
