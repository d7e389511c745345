package dev.relevo.e2e;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.google.cloud.tools.jib.api.Containerizer;
import com.google.cloud.tools.jib.api.Jib;
import com.google.cloud.tools.jib.api.JibContainer;
import com.google.cloud.tools.jib.api.RegistryImage;
import com.google.cloud.tools.jib.api.buildplan.AbsoluteUnixPath;
import com.google.cloud.tools.jib.api.buildplan.FileEntriesLayer;
import dev.relevo.cluster.Kind;
import dev.relevo.cluster.KubeObject;
import dev.relevo.cluster.KubernetesCluster;
import dev.relevo.cluster.ObjectRef;
import dev.relevo.config.DeployConfig.CanaryConfig.Step;
import dev.relevo.config.DeployConfig.StrategyName;
import dev.relevo.config.VerifyConfig;
import dev.relevo.deploy.AppRef;
import dev.relevo.deploy.AppStatus;
import dev.relevo.deploy.DeployOptions;
import dev.relevo.deploy.DeployOutcome;
import dev.relevo.deploy.DeployService;
import dev.relevo.deploy.DiagnosisFinder;
import dev.relevo.deploy.ReleaseSpec;
import dev.relevo.deploy.Settings;
import dev.relevo.deploy.SystemPace;
import dev.relevo.local.environment.EnvironmentOptions;
import dev.relevo.local.environment.LocalEnvironment;
import dev.relevo.report.EventSink;
import dev.relevo.verify.ClusterReach;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A local environment, an image in its registry, and one app that is deployed from it again and again. */
final class LocalShop implements AutoCloseable {
    private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());
    private static final int REPLICAS = 2;

    private final LocalEnvironment environment;
    private final KubernetesCluster cluster;
    private final String image;
    private final String namespace;

    LocalShop(Path directory, String namespace) throws Exception {
        this.namespace = namespace;
        this.environment = LocalEnvironment.start(directory.resolve("local"), EnvironmentOptions.fresh());
        this.cluster = KubernetesCluster.connect(Optional.of(environment.kubeconfig()), Optional.empty());
        this.image = push(directory);
    }

    KubernetesCluster cluster() {
        return cluster;
    }

    AppRef app() {
        return new AppRef("shop", namespace);
    }

    /** An image that is not in the registry. */
    String missingImage() {
        return image.substring(0, image.indexOf('@')) + "@sha256:" + "0".repeat(64);
    }

    private String push(Path directory) throws Exception {
        Path classes = Path.of(EchoServer.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI());
        FileEntriesLayer.Builder layer = FileEntriesLayer.builder();
        String folder = EchoServer.class.getPackageName().replace('.', '/');
        try (var files = Files.list(classes.resolve(folder))) {
            for (Path file : files.filter(path -> path.getFileName().toString().startsWith("EchoServer"))
                    .toList()) {
                layer.addEntry(file, AbsoluteUnixPath.get("/app/" + folder + "/" + file.getFileName()));
            }
        }
        String repository = environment.registry() + "/shop";
        JibContainer pushed = Jib.fromScratch()
                .addFileEntriesLayer(layer.build())
                .setWorkingDirectory(AbsoluteUnixPath.get("/app"))
                .setEntrypoint(
                        "java",
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-Xmx32m",
                        "-cp",
                        "/app",
                        EchoServer.class.getName())
                .containerize(Containerizer.to(RegistryImage.named(repository + ":1"))
                        .setAllowInsecureRegistries(true)
                        .setApplicationLayersCache(directory.resolve("jib"))
                        .setBaseImageLayersCache(directory.resolve("jib-base")));
        return repository + "@" + pushed.getDigest();
    }

    /** A version of the app. @param environment variables that make it what it is, good or bad */
    ReleaseSpec version(String version, StrategyName strategy, Map<String, String> environment) {
        return version(version, strategy, environment, image, "");
    }

    ReleaseSpec version(
            String version,
            StrategyName strategy,
            Map<String, String> variables,
            String imageReference,
            String envFrom) {
        StringBuilder env = new StringBuilder("[{name: VERSION, value: \"" + version + "\"}");
        variables.forEach((name, value) -> env.append(", {name: ")
                .append(name)
                .append(", value: \"")
                .append(value)
                .append("\"}"));
        List<KubeObject> manifests = new ArrayList<>();
        manifests.add(object("""
                apiVersion: v1
                kind: Service
                metadata: {name: shop, namespace: %s}
                spec:
                  selector: {app: shop}
                  ports: [{name: http, port: 80, targetPort: http}]
                """.formatted(namespace)));
        manifests.add(object("""
                apiVersion: apps/v1
                kind: Deployment
                metadata: {name: shop, namespace: %s}
                spec:
                  replicas: %d
                  selector: {matchLabels: {app: shop}}
                  strategy: {rollingUpdate: {maxSurge: 1, maxUnavailable: 0}}
                  template:
                    metadata: {labels: {app: shop}}
                    spec:
                      terminationGracePeriodSeconds: 10
                      containers:
                        - name: app
                          image: %s
                          env: %s]
                          %s
                          ports: [{name: http, containerPort: 8080}]
                          readinessProbe: {httpGet: {path: /ready, port: http}, periodSeconds: 1}
                          lifecycle: {preStop: {exec: {command: [sleep, "1"]}}}
                """.formatted(namespace, REPLICAS, imageReference, env, envFrom)));
        return new ReleaseSpec(
                "shop",
                namespace,
                imageReference,
                Optional.empty(),
                manifests,
                new ObjectRef(Kind.DEPLOYMENT, namespace, "shop"),
                strategy,
                Optional.empty());
    }

    /** The same with an HTTPRoute in front of its Service. */
    ReleaseSpec routed(String version, StrategyName strategy, Map<String, String> variables) {
        ReleaseSpec plain = version(version, strategy, variables);
        List<KubeObject> manifests = new ArrayList<>(plain.manifests());
        manifests.add(route());
        return new ReleaseSpec(
                plain.app(),
                namespace,
                plain.image(),
                plain.configHash(),
                manifests,
                plain.workload(),
                strategy,
                plain.revision());
    }

    /** The route as the manifests have it. */
    KubeObject route() {
        return object("""
                apiVersion: gateway.networking.k8s.io/v1
                kind: HTTPRoute
                metadata: {name: shop, namespace: %s}
                spec:
                  parentRefs: [{group: "", kind: Service, name: shop, port: 80}]
                  rules:
                    - matches: [{path: {type: PathPrefix, value: /}}]
                      backendRefs: [{name: shop, port: 80}]
                """.formatted(namespace));
    }

    private static KubeObject object(String yaml) {
        try {
            return KubeObject.of((ObjectNode) YAML.readTree(yaml));
        } catch (IOException e) {
            throw new IllegalArgumentException(yaml, e);
        }
    }

    DeployService service() {
        return new DeployService(
                cluster,
                EventSink.none(),
                new SystemPace(),
                new ClusterReach(cluster),
                new DiagnosisFinder(cluster),
                DeployService.processName());
    }

    DeployOutcome deploy(ReleaseSpec spec, Duration patience) {
        VerifyConfig.HttpCheck check = new VerifyConfig.HttpCheck(
                "/",
                "GET",
                Map.of(),
                Optional.empty(),
                200,
                Optional.empty(),
                Map.of(),
                Duration.ofSeconds(5),
                Duration.ofSeconds(5));
        return deploy(spec, patience, new VerifyConfig(List.of(check), Optional.empty()));
    }

    DeployOutcome deploy(ReleaseSpec spec, Duration patience, VerifyConfig verify) {
        Settings settings = new Settings(
                5,
                true,
                Duration.ofMillis(500),
                List.of(new Step(20, Duration.ofMillis(500))),
                Optional.empty(),
                verify,
                Duration.ofSeconds(1));
        return service()
                .deploy(
                        spec,
                        new DeployOptions(
                                spec.strategy(),
                                settings,
                                true,
                                true,
                                patience,
                                Duration.ofSeconds(30),
                                DeployOptions.LEASE));
    }

    /** The image that every working version has. */
    String image() {
        return image;
    }

    /** Leads to the cluster. */
    Path kubeconfig() {
        return environment.kubeconfig();
    }

    /** Where users reach the app. */
    String address() {
        return cluster.get(new ObjectRef(Kind.SERVICE, namespace, "shop"))
                .flatMap(service -> service.annotation(ClusterReach.URL))
                .orElseThrow();
    }

    AppStatus status() {
        return service().status(app()).orElseThrow();
    }

    List<String> names(Kind kind) {
        return cluster.list(kind, namespace, Map.of()).items().stream()
                .map(KubeObject::name)
                .toList();
    }

    @Override
    public void close() {
        cluster.close();
        environment.close();
    }
}
