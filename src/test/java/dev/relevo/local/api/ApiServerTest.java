package dev.relevo.local.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.relevo.local.schema.ClusterIps;
import dev.relevo.local.store.ObjectStore;
import dev.relevo.local.store.ResourceType;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.ListOptionsBuilder;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ApiServerTest {
    @TempDir
    Path directory;

    private final AtomicReference<PodLogs.Query> asked = new AtomicReference<>();

    @SuppressWarnings("NullAway.Init")
    private ObjectStore store;

    @SuppressWarnings("NullAway.Init")
    private ApiServer server;

    @SuppressWarnings("NullAway.Init")
    private KubernetesClient client;

    @BeforeEach
    void start() {
        start(0);
    }

    private void start(int port) {
        store = KubernetesStore.open(directory.resolve("store"), ClusterIps.loopback(), 5);
        PodLogs logs = (query, out) -> {
            asked.set(query);
            out.write("first\nsecond\n".getBytes(StandardCharsets.UTF_8));
        };
        server = ApiServer.start(
                store, new ApiServer.Options(port, "secret", directory.resolve("pki"), Optional.of(logs)));
        client = new KubernetesClientBuilder()
                .withConfig(Config.fromKubeconfig(server.kubeconfig("local").toYaml()))
                .build();
    }

    @AfterEach
    void stop() {
        client.close();
        server.close();
        store.close();
    }

    private static ConfigMap configMap(String name, String value) {
        return new ConfigMapBuilder()
                .withNewMetadata()
                .withName(name)
                .endMetadata()
                .withData(Map.of("value", value))
                .build();
    }

    @Test
    void keepsItsCertificateAndObjectsAcrossARestart() {
        client.configMaps()
                .inNamespace("default")
                .resource(configMap("kept", "1"))
                .create();
        String kubeconfig = server.kubeconfig("local").toYaml();
        int port = server.port();
        server.close();
        store.close();
        start(port);
        try (KubernetesClient old = new KubernetesClientBuilder()
                .withConfig(Config.fromKubeconfig(kubeconfig))
                .build()) {
            assertThat(old.configMaps()
                            .inNamespace("default")
                            .withName("kept")
                            .get()
                            .getData())
                    .containsEntry("value", "1");
        }
    }

    @Test
    void feedsAnInformer() throws InterruptedException {
        BlockingQueue<String> seen = new LinkedBlockingQueue<>();
        try (SharedIndexInformer<ConfigMap> informer = client.configMaps()
                .inNamespace("default")
                .inform(new ResourceEventHandler<>() {
                    @Override
                    public void onAdd(ConfigMap object) {
                        seen.add("added " + object.getMetadata().getName());
                    }

                    @Override
                    public void onUpdate(ConfigMap before, ConfigMap after) {
                        seen.add("updated " + after.getData());
                    }

                    @Override
                    public void onDelete(ConfigMap object, boolean unknown) {
                        seen.add("deleted " + object.getMetadata().getName());
                    }
                })) {
            client.configMaps()
                    .inNamespace("default")
                    .resource(configMap("a", "1"))
                    .create();
            assertThat(seen.poll(10, TimeUnit.SECONDS)).isEqualTo("added a");
            client.configMaps()
                    .inNamespace("default")
                    .resource(configMap("a", "2"))
                    .forceConflicts()
                    .serverSideApply();
            assertThat(seen.poll(10, TimeUnit.SECONDS)).isEqualTo("updated {value=2}");
            client.configMaps().inNamespace("default").withName("a").delete();
            assertThat(seen.poll(10, TimeUnit.SECONDS)).isEqualTo("deleted a");
            assertThat(informer.isRunning()).isTrue();
        }
    }

    @Test
    void saysThatAVersionIsTooOldToWatchFrom() {
        String old =
                client.configMaps().inNamespace("default").list().getMetadata().getResourceVersion();
        for (int i = 0; i < 7; i++) {
            client.configMaps()
                    .inNamespace("default")
                    .resource(configMap("c" + i, "1"))
                    .create();
        }
        String events = client.raw("/api/v1/namespaces/default/configmaps?watch=1&resourceVersion=" + old);
        assertThat(events)
                .contains("\"type\":\"ERROR\"")
                .contains("\"code\":410")
                .contains("too old resource version");
    }

    @Test
    void letsAListGoOnInconsistentlyAfterItsVersionIsForgotten() {
        for (int i = 0; i < 3; i++) {
            client.configMaps()
                    .inNamespace("default")
                    .resource(configMap("p" + i, "1"))
                    .create();
        }
        String token = client.configMaps()
                .inNamespace("default")
                .list(new ListOptionsBuilder().withLimit(1L).build())
                .getMetadata()
                .getContinue();
        for (int i = 0; i < 7; i++) {
            client.configMaps()
                    .inNamespace("default")
                    .resource(configMap("q" + i, "1"))
                    .create();
        }
        assertThatThrownBy(() -> client.raw("/api/v1/namespaces/default/configmaps?limit=1&continue=" + token))
                .isInstanceOfSatisfying(KubernetesClientException.class, error -> {
                    assertThat(error.getCode()).isEqualTo(410);
                    assertThat(error.getStatus().getMetadata().getContinue()).isNotEmpty();
                });
    }

    @Test
    void asksTheNodeForLogs() {
        client.pods()
                .inNamespace("default")
                .resource(new PodBuilder()
                        .withNewMetadata()
                        .withName("p")
                        .endMetadata()
                        .withNewSpec()
                        .withNodeName("local")
                        .addNewContainer()
                        .withName("c")
                        .withImage("i:1")
                        .endContainer()
                        .endSpec()
                        .build())
                .create();
        assertThat(client.pods()
                        .inNamespace("default")
                        .withName("p")
                        .tailingLines(5)
                        .getLog())
                .isEqualTo("first\nsecond\n");
        assertThat(Objects.requireNonNull(asked.get()).container()).isEqualTo("c");
        assertThat(Objects.requireNonNull(asked.get()).tailLines()).contains(5L);
        assertThat(Objects.requireNonNull(asked.get()).follow()).isFalse();
        assertThat(client.raw("/api/v1/namespaces/default/pods/p/log?follow=true&previous=true"))
                .startsWith("first");
        assertThat(asked.get().follow() && asked.get().previous()).isTrue();
    }

    @Test
    void storesARegisteredKindAsItIsAndRemembersIt() {
        ResourceType widget = new ResourceType(
                "example.com", "v1", "Widget", "widgets", "widget", List.of(), true, List.of(), false, false);
        store.register(widget);
        GenericKubernetesResource object = new GenericKubernetesResource();
        object.setApiVersion("example.com/v1");
        object.setKind("Widget");
        object.setMetadata(configMap("w", "").getMetadata());
        object.setAdditionalProperty("anything", Map.of("deep", List.of(1, 2)));
        client.genericKubernetesResources("example.com/v1", "Widget")
                .inNamespace("default")
                .resource(object)
                .create();
        int port = server.port();
        stop();
        start(port);
        assertThat(client.genericKubernetesResources("example.com/v1", "Widget")
                        .inNamespace("default")
                        .withName("w")
                        .get()
                        .<Map<String, Object>>get("anything"))
                .containsEntry("deep", List.of(1, 2));
    }

    @Test
    void writesAKubeconfigForItsOwnerAlone() throws Exception {
        Path file = directory.resolve("deep/kubeconfig");
        server.kubeconfig("local").write(file);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        assertThat(Files.readString(file)).contains(server.url());
        assertThat(server.kubeconfig("local").toString()).doesNotContain("secret");
    }

    @Test
    void refusesAPortThatIsTaken() {
        assertThatThrownBy(() -> ApiServer.start(
                        store, new ApiServer.Options(server.port(), "t", directory.resolve("pki"), Optional.empty())))
                .isInstanceOf(RuntimeException.class);
    }
}
