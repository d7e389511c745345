package dev.relevo.local.node;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.relevo.local.store.DeleteOptions;
import dev.relevo.local.store.ResourceTypes;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("A node")
class NodeTest {
    @TempDir
    Path directory;

    private TestCluster cluster;

    @BeforeEach
    void start() throws Exception {
        cluster = TestCluster.start(directory);
        cluster.images().add("localhost:5000/web:1", TestImages.sampleServer("1"));
    }

    @AfterEach
    void stop() {
        cluster.close();
    }

    private static final String WEB = """
            apiVersion: v1
            kind: Pod
            metadata: {name: web, namespace: default, labels: {app: web}}
            spec:
              terminationGracePeriodSeconds: 60
              containers:
              - name: web
                image: localhost:5000/web:1
                ports: [{name: http, containerPort: 8080}]
                readinessProbe: {httpGet: {path: /, port: http}, periodSeconds: 1}
            """;

    @Test
    @DisplayName("runs a pod until it is ready, and answers on the pod's own address")
    void runsAPod() throws Exception {
        cluster.apply(WEB);

        ObjectNode pod = cluster.awaitPod("web", TestCluster::isReady);

        String ip = pod.path("status").path("podIP").asText();
        assertThat(ip).startsWith("127.").isNotEqualTo("127.0.0.1");
        assertThat(cluster.get("http://" + ip + ":8080/")).isEqualTo("1");
        assertThat(pod.at("/status/phase").asText()).isEqualTo("Running");
        assertThat(pod.at("/status/containerStatuses/0/restartCount").asInt()).isZero();
        assertThat(cluster.eventReasons("web")).contains("Scheduled", "Pulled", "Created", "Started");
    }

    @Test
    @DisplayName("removes the data of a claim with the claim, and not before")
    void removesTheDataOfAClaim() throws Exception {
        cluster.apply("""
                apiVersion: v1
                kind: PersistentVolumeClaim
                metadata: {name: data, namespace: default}
                spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}
                """);
        cluster.apply("""
                apiVersion: v1
                kind: Pod
                metadata: {name: writer, namespace: default}
                spec:
                  restartPolicy: Never
                  volumes: [{name: data, persistentVolumeClaim: {claimName: data}}]
                  containers:
                  - name: writer
                    image: localhost:5000/web:1
                    command: [touch, /data/written]
                    volumeMounts: [{name: data, mountPath: /data}]
                """);
        cluster.awaitPod("writer", pod -> pod.at("/status/phase").asText().equals("Succeeded"));
        Path written = directory.resolve("node/claims/default/data/written");
        cluster.store().delete(ResourceTypes.POD.key("default", "writer"), DeleteOptions.defaults());
        cluster.await(() ->
                cluster.store().get(ResourceTypes.POD.key("default", "writer")).isEmpty());
        assertThat(written).exists();

        cluster.store().delete(ResourceTypes.PERSISTENT_VOLUME_CLAIM.key("default", "data"), DeleteOptions.defaults());

        cluster.await(() -> !written.toFile().exists());
    }

    @Test
    @DisplayName("ends a deleted pod with SIGTERM and removes it afterwards")
    void endsAPod() throws Exception {
        cluster.apply(WEB);
        ObjectNode pod = cluster.awaitPod("web", TestCluster::isReady);
        ByteArrayOutputStream log = new ByteArrayOutputStream();
        Thread follower = new Thread(() -> follow(pod, log));
        follower.start();
        cluster.await(() -> log.toString(StandardCharsets.UTF_8).contains("started"));

        cluster.store().delete(ResourceTypes.POD.key("default", "web"), DeleteOptions.defaults());

        cluster.await(() ->
                cluster.store().get(ResourceTypes.POD.key("default", "web")).isEmpty());
        follower.join(30_000);
        assertThat(log.toString(StandardCharsets.UTF_8)).contains("started").endsWith("stopping\n");
        assertThat(cluster.answers("http://" + pod.at("/status/podIP").asText() + ":8080/"))
                .isFalse();
    }

    private void follow(ObjectNode pod, ByteArrayOutputStream log) {
        try {
            cluster.node()
                    .copyLog(
                            pod,
                            "web",
                            false,
                            new LogQuery(true, false, Optional.empty(), Optional.empty(), Optional.empty()),
                            log);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    @DisplayName("restarts a container that exits, and backs off when it exits again")
    void backsOff() throws Exception {
        cluster.apply(WEB.replace("ports:", "env: [{name: EXIT, value: \"3\"}]\n    ports:"));

        ObjectNode pod = cluster.awaitPod(
                "web",
                each -> each.at("/status/containerStatuses/0/state/waiting/reason")
                        .asText()
                        .equals("CrashLoopBackOff"));

        JsonNode status = pod.at("/status/containerStatuses/0");
        assertThat(status.at("/lastState/terminated/exitCode").asInt()).isEqualTo(3);
        assertThat(status.at("/lastState/terminated/reason").asText()).isEqualTo("Error");
        assertThat(status.path("restartCount").asInt()).isPositive();
        assertThat(status.at("/state/waiting/message").asText())
                .startsWith("back-off ")
                .contains("container=web pod=web_default(");
        assertThat(cluster.eventReasons("web")).contains("BackOff");
        ByteArrayOutputStream previous = new ByteArrayOutputStream();
        cluster.node().copyLog(pod, "web", true, LogQuery.whole(), previous);
        assertThat(previous.toString(StandardCharsets.UTF_8)).startsWith("starting");
    }

    @Test
    @DisplayName("says that an image cannot be pulled, and goes on as soon as it can")
    void waitsForTheImage() throws Exception {
        cluster.apply(WEB.replace("web:1", "web:2"));
        ObjectNode pod = cluster.awaitPod(
                "web",
                each -> each.at("/status/containerStatuses/0/state/waiting/reason")
                        .asText()
                        .contains("ErrImagePull"));
        assertThat(pod.at("/status/containerStatuses/0/state/waiting/message").asText())
                .contains("web:2: not found");
        assertThat(pod.at("/status/phase").asText()).isEqualTo("Pending");

        cluster.images().add("localhost:5000/web:2", TestImages.sampleServer("2"));

        cluster.awaitPod("web", TestCluster::isReady);
    }

    @Test
    @DisplayName("waits for a ConfigMap in kubelet's words, and shows its files and their changes")
    void mountsAConfigMap() throws Exception {
        cluster.apply(WEB.replace("ports:", """
                env:
                    - {name: GREETING, valueFrom: {configMapKeyRef: {name: settings, key: greeting}}}
                    - {name: DATA, value: /config/data.txt}
                    - {name: TEXT, value: $(GREETING) from $(HOSTNAME)}
                    volumeMounts: [{name: config, mountPath: /config}]
                    ports:""") + "  volumes: [{name: config, configMap: {name: settings}}]\n");
        cluster.await(() -> cluster.eventMessages("web").stream()
                .anyMatch(message -> message.equals(
                        "MountVolume.SetUp failed for volume \"config\" : configmap \"settings\" not found")));

        cluster.apply("""
                apiVersion: v1
                kind: ConfigMap
                metadata: {name: settings, namespace: default}
                data: {greeting: hello, data.txt: one}
                """);
        ObjectNode pod = cluster.awaitPod("web", TestCluster::isReady);
        String url = "http://" + pod.at("/status/podIP").asText() + ":8080";
        assertThat(cluster.get(url + "/file/DATA")).isEqualTo("one");
        assertThat(cluster.get(url + "/env/TEXT")).isEqualTo("hello from $(HOSTNAME)");

        cluster.store()
                .modify(
                        ResourceTypes.CONFIG_MAP.key("default", "settings"),
                        dev.relevo.local.store.WriteOptions.NONE,
                        map -> {
                            ((ObjectNode) map.path("data")).put("data.txt", "two");
                            return map;
                        });
        cluster.await(() -> cluster.get(url + "/file/DATA").equals("two"));
    }

    @Test
    @DisplayName("restarts a container whose liveness probe fails")
    void restartsTheUnhealthy() throws Exception {
        // Only what listens is asked whether it lives: a connection that is refused would be another message.
        cluster.apply(
                WEB.replace(
                        "readinessProbe:",
                        "startupProbe: {tcpSocket: {port: 8080}, periodSeconds: 1, failureThreshold: 60}\n    livenessProbe: {httpGet: {path: /broken, port: 8080}, periodSeconds: 1, failureThreshold: 2, timeoutSeconds: 20}\n    readinessProbe:"));

        cluster.awaitPod(
                "web",
                each -> each.at("/status/containerStatuses/0/restartCount").asInt() > 0);

        assertThat(cluster.eventMessages("web"))
                .contains(
                        "Liveness probe failed: HTTP probe failed with statuscode: 500",
                        "Container web failed liveness probe, will be restarted");
    }

    @Test
    @DisplayName("leaves a pod pending that no node suits")
    void cannotSchedule() throws Exception {
        cluster.apply(WEB.replace("spec:\n", "spec:\n  nodeSelector: {disk: fast}\n"));

        ObjectNode pod =
                cluster.awaitPod("web", each -> !each.at("/status/conditions").isEmpty());

        assertThat(pod.at("/status/conditions/0/reason").asText()).isEqualTo("Unschedulable");
        assertThat(cluster.eventMessages("web").get(0))
                .startsWith("0/1 nodes are available: 1 node(s) didn't match Pod's node affinity/selector.");
    }

    @Test
    @DisplayName("stops its processes when it is closed and runs the pods again when it is started anew")
    void survivesARestart() throws Exception {
        cluster.apply(WEB);
        ObjectNode before = cluster.awaitPod("web", TestCluster::isReady);
        String url = "http://" + before.at("/status/podIP").asText() + ":8080/";

        cluster.close();
        assertThat(cluster.answers(url)).isFalse();
        cluster = TestCluster.start(directory, cluster.images());

        ObjectNode after = cluster.awaitPod(
                "web",
                each -> TestCluster.isReady(each)
                        && each.at("/status/containerStatuses/0/restartCount").asInt() == 1);
        assertThat(after.at("/metadata/uid")).isEqualTo(before.at("/metadata/uid"));
    }

    @Test
    @DisplayName("runs the preStop hook before SIGTERM, and the pod still answers meanwhile")
    void preStop() throws Exception {
        Path go = directory.resolve("go");
        Path mark = directory.resolve("mark");
        cluster.apply(WEB.replace(
                        "readinessProbe:",
                        "lifecycle: {preStop: {exec: {command: [sh, -c, 'while [ ! -e $GO ]; do sleep 0.1; done; touch $MARK']}}}\n    readinessProbe:")
                .replace(
                        "ports:",
                        "env: [{name: GO, value: " + go + "}, {name: MARK, value: " + mark + "}]\n    ports:"));
        ObjectNode pod = cluster.awaitPod("web", TestCluster::isReady);
        String url = "http://" + pod.at("/status/podIP").asText() + ":8080/";

        cluster.store().delete(ResourceTypes.POD.key("default", "web"), DeleteOptions.defaults());

        try {
            assertThat(cluster.get(url)).isEqualTo("1");
        } finally {
            Files.createFile(go);
        }
        cluster.await(() ->
                cluster.store().get(ResourceTypes.POD.key("default", "web")).isEmpty());
        assertThat(mark).exists();
    }

    @Test
    @DisplayName("runs init containers first and one after the other, with what they leave in a shared volume")
    void initContainers() throws Exception {
        cluster.apply(WEB.replace("containers:", """
                initContainers:
                  - {name: first, image: 'localhost:5000/web:1', command: [sh, -c, 'echo one > /exchange/out'], volumeMounts: [{name: work, mountPath: /exchange}]}
                  - {name: second, image: 'localhost:5000/web:1', command: [sh, -c, 'echo two >> /exchange/out'], volumeMounts: [{name: work, mountPath: /exchange}]}
                  containers:""")
                        .replace(
                                "ports:",
                                "env: [{name: OUT, value: /exchange/out}]\n    volumeMounts: [{name: work, mountPath: /exchange}]\n    ports:")
                + "  volumes: [{name: work, emptyDir: {}}]\n");

        ObjectNode pod = cluster.awaitPod("web", TestCluster::isReady);

        assertThat(cluster.get("http://" + pod.at("/status/podIP").asText() + ":8080/file/OUT"))
                .isEqualTo("one\ntwo\n");
        assertThat(pod.at("/status/initContainerStatuses/0/state/terminated/reason")
                        .asText())
                .isEqualTo("Completed");
    }

    @Test
    @DisplayName("tells of an init container that failed at first and then succeeded that it is completed")
    void initContainerAfterAFailure() throws Exception {
        cluster.apply(WEB.replace("containers:", """
                initContainers:
                  - {name: migrate, image: 'localhost:5000/web:1', command: [sh, -c, 'rm /exchange/fresh 2> /dev/null || { echo > /exchange/fresh; exit 1; }'], volumeMounts: [{name: work, mountPath: /exchange}]}
                  containers:""") + "  volumes: [{name: work, emptyDir: {}}]\n");

        JsonNode status = cluster.awaitPod("web", TestCluster::isReady).at("/status/initContainerStatuses/0");

        assertThat(status.path("restartCount").asInt()).isEqualTo(1);
        assertThat(status.at("/lastState/terminated/exitCode").asInt()).isEqualTo(1);
        assertThat(status.at("/state/terminated/reason").asText()).isEqualTo("Completed");
        assertThat(status.path("ready").asBoolean()).isTrue();
    }

    @Test
    @DisplayName("says in kubelet's words that a key is missing, and starts when it is there")
    void missingKey() throws Exception {
        cluster.apply(
                "{apiVersion: v1, kind: Secret, metadata: {name: db, namespace: default}, stringData: {user: a}}");
        cluster.apply(WEB.replace(
                "ports:", "env: [{name: PASSWORD, valueFrom: {secretKeyRef: {name: db, key: password}}}]\n    ports:"));

        ObjectNode pod = cluster.awaitPod(
                "web",
                each -> each.at("/status/containerStatuses/0/state/waiting/reason")
                        .asText()
                        .equals("CreateContainerConfigError"));
        assertThat(pod.at("/status/containerStatuses/0/state/waiting/message").asText())
                .isEqualTo("couldn't find key password in Secret default/db");

        cluster.store()
                .modify(ResourceTypes.SECRET.key("default", "db"), dev.relevo.local.store.WriteOptions.NONE, secret -> {
                    ((ObjectNode) secret.path("data")).put("password", "cHc=");
                    return secret;
                });
        cluster.awaitPod("web", TestCluster::isReady);
    }
}
