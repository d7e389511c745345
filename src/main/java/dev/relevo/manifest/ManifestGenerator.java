package dev.relevo.manifest;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.relevo.cluster.Kind;
import dev.relevo.cluster.KubeObject;
import dev.relevo.cluster.ObjectRef;
import dev.relevo.config.ServiceConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Manifests of a service that has none of its own: a Deployment that meets the restricted pod security level and loses no request
 * in a rolling update, a Service, a ServiceAccount without a token, and on request an autoscaler and a disruption budget.
 */
public final class ManifestGenerator {
    private static final Source SOURCE = new Source("relevo.yaml (service)", 0);
    private static final String NAME_LABEL = "app.kubernetes.io/name";
    private static final String PORT = "http";

    private final String app;
    private final ServiceConfig service;
    private final String image;
    private final Optional<String> config;

    private ManifestGenerator(String app, ServiceConfig service, String image, Optional<String> config) {
        this.app = app;
        this.service = service;
        this.image = image;
        this.config = config;
    }

    /**
     * The manifests.
     *
     * @param image the repository; the release's digest is injected later
     * @param config the name of the app's ConfigMap, if it has one
     */
    public static Manifests generate(String app, ServiceConfig service, String image, Optional<String> config) {
        return new Manifests(new ManifestGenerator(app, service, image, config)
                .objects().stream().map(object -> new Manifest(object, SOURCE)).toList());
    }

    private List<KubeObject> objects() {
        List<KubeObject> objects = new ArrayList<>();
        objects.add(
                object(new Kind("v1", "ServiceAccount")).with(tree -> tree.put("automountServiceAccountToken", false)));
        objects.add(service());
        service.minAvailable().ifPresent(least -> objects.add(budget(least)));
        objects.add(deployment());
        service.autoscale().ifPresent(scale -> objects.add(autoscaler(scale)));
        return objects;
    }

    private KubeObject object(Kind kind) {
        return KubeObject.named(new ObjectRef(kind, "", app)).withLabel(NAME_LABEL, app);
    }

    private KubeObject service() {
        return object(Kind.SERVICE).with(tree -> {
            ObjectNode spec = tree.putObject("spec");
            spec.putObject("selector").put(NAME_LABEL, app);
            spec.putArray("ports")
                    .addObject()
                    .put("name", PORT)
                    .put("port", service.port())
                    .put("targetPort", PORT);
        });
    }

    private KubeObject deployment() {
        return object(Kind.DEPLOYMENT).with(tree -> {
            ObjectNode spec = tree.putObject("spec");
            if (service.autoscale().isEmpty()) {
                spec.put("replicas", service.replicas());
            }
            spec.putObject("selector").putObject("matchLabels").put(NAME_LABEL, app);
            spec.putObject("strategy")
                    .put("type", "RollingUpdate")
                    .putObject("rollingUpdate")
                    .put("maxSurge", 1)
                    .put("maxUnavailable", 0);
            ObjectNode template = spec.putObject("template");
            template.putObject("metadata").putObject("labels").put(NAME_LABEL, app);
            pod(template.putObject("spec"));
        });
    }

    private void pod(ObjectNode pod) {
        pod.put("serviceAccountName", app);
        pod.put("automountServiceAccountToken", false);
        pod.put("terminationGracePeriodSeconds", service.gracePeriodSeconds());
        pod.putObject("securityContext")
                .put("runAsNonRoot", true)
                .putObject("seccompProfile")
                .put("type", "RuntimeDefault");
        ObjectNode container = pod.putArray("containers").addObject();
        container.put("name", app).put("image", image);
        if (!service.args().isEmpty()) {
            service.args().forEach(container.putArray("args")::add);
        }
        container.putArray("ports").addObject().put("name", PORT).put("containerPort", service.containerPort());
        environment(container);
        resources(container.putObject("resources"));
        probes(container);
        if (service.drainSeconds() > 0) {
            // The endpoints' removal takes a moment to reach every proxy; until then requests still come.
            container
                    .putObject("lifecycle")
                    .putObject("preStop")
                    .putObject("sleep")
                    .put("seconds", service.drainSeconds());
        }
        ObjectNode security = container.putObject("securityContext").put("allowPrivilegeEscalation", false);
        security.putObject("capabilities").putArray("drop").add("ALL");
        config.ifPresent(name -> service.configMountPath().ifPresent(path -> {
            container
                    .putArray("volumeMounts")
                    .addObject()
                    .put("name", "config")
                    .put("mountPath", path)
                    .put("readOnly", true);
            pod.putArray("volumes")
                    .addObject()
                    .put("name", "config")
                    .putObject("configMap")
                    .put("name", name);
        }));
    }

    private void environment(ObjectNode container) {
        if (!service.env().isEmpty()) {
            ArrayNode env = container.putArray("env");
            new TreeMap<>(service.env())
                    .forEach((key, value) -> env.addObject().put("name", key).put("value", value));
        }
        boolean fromConfig = config.isPresent() && service.configMountPath().isEmpty();
        if (fromConfig || !service.envFromSecrets().isEmpty()) {
            ArrayNode sources = container.putArray("envFrom");
            if (fromConfig) {
                sources.addObject().putObject("configMapRef").put("name", config.get());
            }
            service.envFromSecrets()
                    .forEach(
                            secret -> sources.addObject().putObject("secretRef").put("name", secret));
        }
    }

    private void resources(ObjectNode resources) {
        ServiceConfig.Resources wanted = service.resources();
        resources.putObject("requests").put("cpu", wanted.cpuRequest()).put("memory", wanted.memoryRequest());
        ObjectNode limits = resources.putObject("limits");
        wanted.cpuLimit().ifPresent(limit -> limits.put("cpu", limit));
        limits.put("memory", wanted.memoryLimit());
    }

    private void probes(ObjectNode container) {
        ServiceConfig.Probes probes = service.probes();
        // Up to five minutes to start; until then the other two are not asked.
        probe(container.putObject("startupProbe"), probes.startup().or(probes::liveness), 1, 300);
        probe(container.putObject("readinessProbe"), probes.readiness(), 2, 3);
        probe(container.putObject("livenessProbe"), probes.liveness(), 10, 3);
    }

    private static void probe(ObjectNode probe, Optional<String> path, int period, int failures) {
        path.ifPresentOrElse(
                value -> probe.putObject("httpGet").put("path", value).put("port", PORT),
                () -> probe.putObject("tcpSocket").put("port", PORT));
        probe.put("periodSeconds", period).put("timeoutSeconds", 3).put("failureThreshold", failures);
    }

    private KubeObject autoscaler(ServiceConfig.Autoscale scale) {
        return object(Kind.HORIZONTAL_POD_AUTOSCALER).with(tree -> {
            ObjectNode spec = tree.putObject("spec");
            spec.putObject("scaleTargetRef")
                    .put("apiVersion", Kind.DEPLOYMENT.apiVersion())
                    .put("kind", Kind.DEPLOYMENT.name())
                    .put("name", app);
            spec.put("minReplicas", scale.minReplicas()).put("maxReplicas", scale.maxReplicas());
            ObjectNode metric = spec.putArray("metrics").addObject().put("type", "Resource");
            metric.putObject("resource")
                    .put("name", "cpu")
                    .putObject("target")
                    .put("type", "Utilization")
                    .put("averageUtilization", scale.cpuPercent());
        });
    }

    private KubeObject budget(int least) {
        return object(Kind.POD_DISRUPTION_BUDGET).with(tree -> {
            ObjectNode spec = tree.putObject("spec").put("minAvailable", least);
            spec.putObject("selector").putObject("matchLabels").put(NAME_LABEL, app);
        });
    }
}
