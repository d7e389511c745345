package dev.relevo.local.environment;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import dev.relevo.local.controller.Conditions;
import dev.relevo.local.network.LoopbackNetwork;
import dev.relevo.local.node.TestImages;
import dev.relevo.local.store.DeleteOptions;
import dev.relevo.local.store.LabelSelector;
import dev.relevo.local.store.ObjectKey;
import dev.relevo.local.store.ObjectStore;
import dev.relevo.local.store.ResourceType;
import dev.relevo.local.store.ResourceTypes;
import dev.relevo.local.store.WriteOptions;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("A local environment")
class LocalEnvironmentTest {
    private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());
    private static final ObjectKey WEB = ResourceTypes.DEPLOYMENT.key("default", "web");

    @TempDir
    Path directory;

    private LocalEnvironment environment;
    private ObjectStore store;
    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(30)).build();

    @BeforeEach
    void start() throws Exception {
        environment = LocalEnvironment.start(directory, EnvironmentOptions.fresh());
        store = environment.store();
        RegistryPush push = new RegistryPush(environment.registry());
        push.push("team/web", "1", TestImages.sampleServer("1"));
        push.push("team/web", "2", TestImages.sampleServer("2"));
    }

    @AfterEach
    void stop() {
        environment.close();
    }

    private void create(ResourceType type, String yaml) throws Exception {
        store.create(type, "default", (ObjectNode) YAML.readTree(yaml));
    }

    private void deploy(String strategy) throws Exception {
        create(ResourceTypes.DEPLOYMENT, """
                metadata: {name: web}
                spec:
                  replicas: 2
                  strategy: %s
                  selector: {matchLabels: {app: web}}
                  template:
                    metadata: {labels: {app: web}}
                    spec:
                      terminationGracePeriodSeconds: 60
                      containers:
                      - name: web
                        image: localhost:5000/team/web:1
                        ports: [{name: http, containerPort: 8080}]
                        readinessProbe: {httpGet: {path: /, port: http}, periodSeconds: 1, timeoutSeconds: 10}
                """.formatted(strategy));
        create(ResourceTypes.SERVICE, """
                metadata: {name: web}
                spec:
                  selector: {app: web}
                  ports: [{name: http, port: 80, targetPort: http}]
                """);
        await(this::isComplete);
        awaitAnswer("1");
    }

    /** The proxy hears of new endpoints a moment after the Deployment is complete. */
    private void awaitAnswer(String body) throws Exception {
        await(() -> get(url()).body().equals(body));
    }

    private ObjectNode deployment() {
        return store.get(WEB).orElseThrow();
    }

    private String progress() {
        return Conditions.get(deployment(), "Progressing").path("reason").asText();
    }

    private boolean isComplete() {
        JsonNode deployment = deployment();
        JsonNode status = deployment.path("status");
        return status.path("observedGeneration").asInt()
                        == deployment.at("/metadata/generation").asInt()
                && status.path("updatedReplicas").asInt() == 2
                && status.path("availableReplicas").asInt() == 2
                && status.path("replicas").asInt() == 2
                && progress().equals("NewReplicaSetAvailable");
    }

    private void setImage(String tag, int deadlineSeconds) {
        store.modify(WEB, WriteOptions.NONE, deployment -> {
            ((ObjectNode) deployment.path("spec")).put("progressDeadlineSeconds", deadlineSeconds);
            ((ObjectNode) deployment.at("/spec/template/spec/containers/0"))
                    .put("image", "localhost:5000/team/web:" + tag);
            return deployment;
        });
    }

    private int count(ResourceType type) {
        return store.list(type, "default", LabelSelector.everything()).size();
    }

    private String url() throws Exception {
        String pointer = "/metadata/annotations/local.relevo.dev~1url";
        ObjectKey service = ResourceTypes.SERVICE.key("default", "web");
        await(() ->
                store.get(service).filter(each -> each.at(pointer).isTextual()).isPresent());
        return store.get(service).orElseThrow().at(pointer).asText();
    }

    private HttpResponse<String> get(String url) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create(url))
                .timeout(Duration.ofSeconds(30))
                .build();
        return http.send(request, HttpResponse.BodyHandlers.ofString());
    }

    /** A server that does not answer is one that does not answer yet. */
    private void await(Callable<Boolean> condition) throws Exception {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (!holds(condition)) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("Not within a minute. Deployments: "
                        + store.list(ResourceTypes.DEPLOYMENT, "", LabelSelector.everything()) + "\nEvents: "
                        + store.list(ResourceTypes.EVENT, "", LabelSelector.everything()).stream()
                                .map(event -> event.path("reason").asText() + " "
                                        + event.path("message").asText())
                                .toList());
            }
            Thread.sleep(20);
        }
    }

    private static boolean holds(Callable<Boolean> condition) throws Exception {
        try {
            return condition.call();
        } catch (IOException notYet) {
            return false;
        }
    }

    @Test
    @DisplayName("runs a Deployment from its registry and answers on the Service's address")
    void runsADeployment() throws Exception {
        deploy("{}");

        HttpResponse<String> answer = get(url());

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo("1");
        assertThat(store.list(ResourceTypes.REPLICA_SET, "default", LabelSelector.everything()))
                .singleElement()
                .satisfies(set -> assertThat(set.at("/metadata/annotations/deployment.kubernetes.io~1revision")
                                .asText())
                        .isEqualTo("1"));
    }

    @Test
    @DisplayName("loses no request while a rolling update replaces all pods")
    void losesNoRequest() throws Exception {
        deploy("{rollingUpdate: {maxSurge: 1, maxUnavailable: 0}}");
        String url = url();
        Set<String> answers = ConcurrentHashMap.newKeySet();
        List<String> failures = new CopyOnWriteArrayList<>();
        ScheduledExecutorService load = Executors.newSingleThreadScheduledExecutor();
        load.scheduleWithFixedDelay(() -> request(url, answers, failures), 0, 5, TimeUnit.MILLISECONDS);
        try {
            await(() -> answers.contains("1"));

            setImage("2", 60);
            await(this::isComplete);
            await(() -> count(ResourceTypes.POD) == 2 && answers.contains("2"));
        } finally {
            load.shutdown();
            load.awaitTermination(30, TimeUnit.SECONDS);
        }

        assertThat(get(url).body()).isEqualTo("2");
        assertThat(failures).isEmpty();
        assertThat(answers).containsExactlyInAnyOrder("1", "2");
    }

    private void request(String url, Set<String> answers, List<String> failures) {
        HttpRequest request = HttpRequest.newBuilder(URI.create(url))
                .timeout(Duration.ofSeconds(30))
                .build();
        http.sendAsync(request, HttpResponse.BodyHandlers.ofString()).whenComplete((response, failure) -> {
            if (failure != null) {
                failures.add(failure.toString());
            } else if (response.statusCode() != 200) {
                failures.add(response.statusCode() + " " + response.body());
            } else {
                answers.add(response.body());
            }
        });
    }

    @Test
    @DisplayName("says when a rollout is stuck, and goes on serving what was there")
    void noticesAStuckRollout() throws Exception {
        deploy("{rollingUpdate: {maxSurge: 1, maxUnavailable: 0}}");

        setImage("3", 2);

        await(() -> progress().equals("ProgressDeadlineExceeded"));
        assertThat(deployment().at("/status/availableReplicas").asInt()).isEqualTo(2);
        assertThat(get(url()).body()).isEqualTo("1");
    }

    @Test
    @DisplayName("removes everything of a deleted Deployment")
    void collectsGarbage() throws Exception {
        deploy("{}");

        store.delete(WEB, DeleteOptions.defaults());

        await(() -> count(ResourceTypes.POD) == 0 && count(ResourceTypes.REPLICA_SET) == 0);
    }

    @Test
    @DisplayName("replaces all pods at once with the strategy Recreate")
    void recreates() throws Exception {
        deploy("{type: Recreate}");

        setImage("2", 60);

        await(this::isComplete);
        awaitAnswer("2");
    }

    @Test
    @DisplayName("runs every container whose image it has, whatever registry the manifest names")
    void runsAllContainersOfAPod() throws Exception {
        create(ResourceTypes.POD, """
                metadata: {name: several}
                spec:
                  initContainers:
                  - {name: migrate, image: "registry.example.com/team/web:1", command: ["true"]}
                  containers:
                  - {name: web, image: "localhost:5000/team/web:1", ports: [{containerPort: 8080}]}
                  - {name: helper, image: "team/web:2", command: ["sleep", "100"]}
                """);
        ObjectKey key = ResourceTypes.POD.key("default", "several");

        await(() -> Conditions.isTrue(store.get(key).orElseThrow(), "Ready"));
    }

    @Test
    @DisplayName("gets new addresses when another one has taken those that it had")
    void sharesTheMachine() throws Exception {
        deploy("{}");
        ObjectKey service = ResourceTypes.SERVICE.key("default", "web");
        String address = store.get(service).orElseThrow().at("/spec/clusterIP").asText();
        environment.close();
        int mine = environment.network();
        try (LoopbackNetwork taken = LoopbackNetwork.take(mine)) {
            environment = LocalEnvironment.start(directory, withNetwork(mine));
            store = environment.store();

            assertThat(environment.network()).isNotIn(mine, taken.number());
            await(this::isComplete);
            String moved =
                    store.get(service).orElseThrow().at("/spec/clusterIP").asText();
            assertThat(moved).isNotEqualTo(address).startsWith("127." + environment.network() + ".");
            await(() -> url().contains(moved));
            awaitAnswer("1");
        }
    }

    private static EnvironmentOptions withNetwork(int network) {
        return new EnvironmentOptions(0, 0, EnvironmentOptions.newToken(), network, Duration.ofSeconds(10));
    }
}
