package dev.relevo.local.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.relevo.local.store.ResourceTypes;
import dev.relevo.local.store.Watch;
import dev.relevo.local.store.WriteOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("A Service that is made just before a pod ends")
class LateNewsTest {
    @TempDir
    Path directory;

    @Test
    @Timeout(60)
    @DisplayName("gets its address, although the proxy hears of it by the pod's end first")
    void getsItsAddress() throws Exception {
        CountDownLatch news = new CountDownLatch(1);
        try (ProxyFixture cluster = new ProxyFixture(directory);
                Watch unused = cluster.store.watch(
                        ResourceTypes.CONFIG_MAP, cluster.store.resourceVersion(), event -> await(news))) {
            // One thread brings all news, and it is held up by this.
            ObjectNode settings = JsonNodeFactory.instance.objectNode();
            settings.putObject("metadata").put("name", "settings");
            cluster.store.create(ResourceTypes.CONFIG_MAP, "default", settings, WriteOptions.NONE);
            cluster.service("web", 80);

            assertThat(cluster.proxy.awaitDrained("192.0.2.1", Duration.ZERO)).isTrue();
            news.countDown();

            assertThat(cluster.url("web")).startsWith("http://127.");
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
