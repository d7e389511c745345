package dev.relevo.deploy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import dev.relevo.cluster.Kind;
import dev.relevo.cluster.KubeObject;
import dev.relevo.cluster.ObjectRef;
import dev.relevo.config.DeployConfig.CanaryConfig.Step;
import dev.relevo.config.DeployConfig.StrategyName;
import dev.relevo.config.VerifyConfig;
import dev.relevo.deploy.plan.DeployOptions;
import dev.relevo.deploy.plan.Settings;
import dev.relevo.deploy.release.AppRef;
import dev.relevo.deploy.release.ReleaseSpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A small app as users write it, for tests: a Deployment, a Service, a budget, and on request a route and a scaler. */
public final class Shop {
    private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());

    private Shop() {}

    public static final AppRef APP = new AppRef("shop", "dev");

    public static ReleaseSpec version(String version, StrategyName strategy, String... extras) {
        return of(version, strategy, 3, "app: shop", extras);
    }

    public static ReleaseSpec of(String version, StrategyName strategy, int replicas, String labels, String... extras) {
        String image = "registry.example/shop:" + version;
        List<KubeObject> manifests = new ArrayList<>();
        manifests.add(object("""
                apiVersion: v1
                kind: ConfigMap
                metadata: {name: shop-config-%s, namespace: dev}
                immutable: true
                data: {version: "%s"}
                """.formatted(version, version)));
        manifests.add(object("""
                apiVersion: v1
                kind: Service
                metadata: {name: shop, namespace: dev}
                spec:
                  selector: {%s}
                  ports: [{name: http, port: 80, targetPort: http}]
                """.formatted(labels)));
        manifests.add(object("""
                apiVersion: apps/v1
                kind: Deployment
                metadata: {name: shop, namespace: dev}
                spec:
                  replicas: %d
                  selector: {matchLabels: {%s}}
                  template:
                    metadata: {labels: {%s, team: sales}}
                    spec:
                      containers:
                        - name: app
                          image: %s
                          ports: [{name: http, containerPort: 8080}]
                          readinessProbe: {httpGet: {path: /, port: http}}
                """.formatted(replicas, labels, labels, image)));
        manifests.add(object("""
                apiVersion: policy/v1
                kind: PodDisruptionBudget
                metadata: {name: shop, namespace: dev}
                spec: {minAvailable: 1, selector: {matchLabels: {%s}}}
                """.formatted(labels)));
        for (String extra : extras) {
            manifests.add(object(extra));
        }
        return new ReleaseSpec(
                "shop",
                "dev",
                image,
                Optional.of(version),
                manifests,
                new ObjectRef(Kind.DEPLOYMENT, "dev", "shop"),
                strategy,
                Optional.of("abc"));
    }

    public static final String ROUTE = """
            apiVersion: gateway.networking.k8s.io/v1
            kind: HTTPRoute
            metadata: {name: shop, namespace: dev}
            spec:
              rules:
                - backendRefs: [{name: shop, port: 80}]
            """;

    static final String SCALER = """
            apiVersion: autoscaling/v2
            kind: HorizontalPodAutoscaler
            metadata: {name: shop, namespace: dev}
            spec:
              scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: shop}
              minReplicas: 2
              maxReplicas: 10
            """;

    static final String EXTRA_CONFIG = """
            apiVersion: v1
            kind: ConfigMap
            metadata: {name: shop-extra, namespace: dev}
            data: {a: b}
            """;

    public static KubeObject object(String yaml) {
        try {
            return KubeObject.of((ObjectNode) YAML.readTree(yaml));
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(e);
        }
    }

    public static Settings settings(boolean smoke) {
        return settings(smoke, 3);
    }

    public static Settings settings(boolean smoke, int history) {
        List<VerifyConfig.HttpCheck> checks = smoke
                ? List.of(new VerifyConfig.HttpCheck(
                        "/",
                        "GET",
                        Map.of(),
                        Optional.empty(),
                        200,
                        Optional.empty(),
                        Map.of(),
                        Duration.ofSeconds(1),
                        Duration.ofSeconds(2)))
                : List.of();
        return new Settings(
                history,
                true,
                Duration.ofSeconds(2),
                List.of(new Step(10, Duration.ofSeconds(2)), new Step(50, Duration.ofSeconds(2))),
                Optional.empty(),
                new VerifyConfig(checks, Optional.empty()),
                Duration.ofSeconds(2));
    }

    /** Without anything that only lets time pass, for where time is real. */
    static DeployOptions quick(StrategyName strategy, Duration lease) {
        Settings settings = new Settings(
                5,
                true,
                Duration.ZERO,
                List.of(new Step(30, Duration.ZERO)),
                Optional.empty(),
                new VerifyConfig(List.of(), Optional.empty()),
                Duration.ZERO);
        return options(strategy, settings, lease);
    }

    public static DeployOptions options(boolean smoke) {
        return options(smoke, DeployOptions.LEASE);
    }

    static DeployOptions options(boolean smoke, Duration lease) {
        return options(StrategyName.ROLLING, settings(smoke), lease);
    }

    /** The same that leave what has failed as it is. */
    static DeployOptions withoutRollback(DeployOptions plain) {
        return changed(plain, false, plain.lockWait());
    }

    /** The same that wait so long for another deploy. */
    public static DeployOptions waiting(DeployOptions plain, Duration lockWait) {
        return changed(plain, plain.rollback(), lockWait);
    }

    private static DeployOptions changed(DeployOptions plain, boolean rollback, Duration lockWait) {
        return new DeployOptions(
                plain.strategy(),
                plain.settings(),
                rollback,
                plain.createNamespace(),
                plain.timeout(),
                lockWait,
                plain.lease(),
                plain.onInterrupt(),
                plain.watchdog(),
                plain.ticket());
    }

    static DeployOptions options(StrategyName strategy, Settings settings, Duration lease) {
        return new DeployOptions(
                strategy, settings, true, true, Duration.ofSeconds(30), Duration.ofSeconds(120), lease);
    }
}
