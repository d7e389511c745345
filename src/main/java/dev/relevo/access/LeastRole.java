package dev.relevo.access;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.relevo.cluster.Kind;
import dev.relevo.cluster.KnownKinds;
import dev.relevo.cluster.KubeObject;
import dev.relevo.cluster.ObjectRef;
import dev.relevo.cluster.Rollout;
import dev.relevo.config.DeployConfig.PreviewRule;
import dev.relevo.config.RelevoConfig;
import dev.relevo.config.VerifyConfig.HttpCheck;
import dev.relevo.deploy.release.Marks;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * The least that an identity must be allowed in order to deliver a project into one environment: every step, all strategies
 * (each withdraws what any other may have left), rollback, status and history. Objects are named where their names are known
 * before the deploy; release records, configuration named by its content, and pods are not.
 *
 * @param objects a Role for the namespace and, where something outside of it is needed, a ClusterRole
 * @param notes what a person must know about them
 */
public record LeastRole(List<KubeObject> objects, List<String> notes) {
    private static final String RBAC = "rbac.authorization.k8s.io";
    private static final String GATEWAY = "gateway.networking.k8s.io";
    /** The suffix that kustomize gives to generated objects: ten characters of its own alphabet. */
    private static final Pattern BY_CONTENT = Pattern.compile(".*-[bcdfghkmt2456789]{10}");
    /** These are never deleted by a deploy. */
    private static final Set<String> KEPT =
            Set.of("Namespace", "PersistentVolumeClaim", "PersistentVolume", "CustomResourceDefinition");

    public LeastRole {
        objects = List.copyOf(objects);
        notes = List.copyOf(notes);
    }

    /**
     * For this configuration.
     *
     * @param manifests the project's objects
     * @param workload the Deployment, StatefulSet or DaemonSet that gets the image
     */
    public static LeastRole of(RelevoConfig config, List<KubeObject> manifests, ObjectRef workload) {
        Collector collector = new Collector(config, manifests, workload);
        collector.bookkeeping();
        collector.observing();
        collector.writing();
        collector.verifying();
        return collector.result();
    }

    /** Goes through what a deploy does. */
    private static final class Collector {
        private final RelevoConfig config;
        private final List<KubeObject> manifests;
        private final ObjectRef workload;
        private final String candidate;
        private final Rules rules = new Rules();
        private final Rules clusterRules = new Rules();
        private final List<String> notes = new ArrayList<>();

        Collector(RelevoConfig config, List<KubeObject> manifests, ObjectRef workload) {
            this.config = config;
            this.manifests = manifests;
            this.workload = workload;
            this.candidate = Marks.candidateName(config.app());
        }

        /** The lock, the release records, the configuration of each release. */
        void bookkeeping() {
            // A deploy watches its Lease for what people ask of it.
            rules.all("coordination.k8s.io", "leases", "list", "watch", "create");
            rules.named("coordination.k8s.io", "leases", List.of("relevo-" + config.app()), "get", "update");
            rules.all("", "secrets", "get", "list", "create", "patch", "delete");
            if (!config.configmap().isEmpty()) {
                contentNamed("configmaps");
                rules.all("", "configmaps", "list");
            }
            if (config.environment().createNamespace()) {
                clusterRules.all("", "namespaces", "create");
                clusterRules.named(
                        "", "namespaces", List.of(config.environment().namespace()), "get");
            }
        }

        /** What is looked at before a deploy, and followed during it. */
        void observing() {
            rules.all("apps", "deployments", "list", "watch");
            rules.all("apps", resource(workload.kind()), "list", "watch");
            manifests.stream()
                    .filter(object -> Rollout.KINDS.contains(object.kind()))
                    .forEach(object -> rules.all("apps", resource(object.kind()), "list", "watch"));
            rules.all("apps", "replicasets", "list", "watch");
            rules.all("", "pods", "list", "watch");
            rules.all("", "pods/log", "get");
            rules.all("", "events", "list", "watch");
            rules.all("discovery.k8s.io", "endpointslices", "list", "watch");
            rules.all("autoscaling", "horizontalpodautoscalers", "list");
            rules.all("policy", "poddisruptionbudgets", "list");
            rules.all("", "resourcequotas", "list");
            if (config.deploy().everyHook().anyMatch(hook -> hook.job().isPresent())) {
                // Their names follow from what they run.
                rules.all("batch", "jobs", "get", "list", "watch", "create", "delete");
            }
            if (config.deploy().watchdog().image().isPresent()) {
                rules.all("batch", "jobs", "create", "delete");
            }
            // Asked for on every deploy, also where the kind is not installed: RBAC answers before that is found out.
            rules.all(GATEWAY, "httproutes", "list");
            rules.all(Kind.INGRESS.group(), "ingresses", "list");
        }

        /** The app's own objects and its candidate. */
        void writing() {
            rules.named(
                    "apps", resource(workload.kind()), List.of(workload.name()), "get", "create", "patch", "delete");
            rules.named("apps", "deployments", List.of(candidate), "get", "create", "patch", "delete");
            if (config.deploy().canary().baseline()) {
                List<String> baseline = List.of(Marks.baselineName(config.app()));
                rules.named("apps", "deployments", baseline, "get", "create", "patch", "delete");
                rules.named("", "services", baseline, "get", "create", "patch", "delete");
            }
            if (workload.kind().equals(Kind.STATEFUL_SET)) {
                // Those that hold its update up.
                rules.all("", "pods", "get", "delete");
            }
            rules.named("", "services", List.of(candidate), "get", "create", "patch", "delete");
            routes();
            preview();
            manifests.forEach(this::manifest);
        }

        private static String resource(Kind kind) {
            return KnownKinds.of(kind).orElseThrow().plural();
        }

        /** Weights are changed in whichever route leads to the app, unless one is named; the route may be others'. */
        private void routes() {
            config.deploy()
                    .canary()
                    .route()
                    .ifPresentOrElse(
                            name -> rules.named(GATEWAY, "httproutes", List.of(name), "get", "update"),
                            () -> rules.all(GATEWAY, "httproutes", "get", "update"));
        }

        /** Of the route by which blue-green asks its candidate, and of the Gateways at which it asks. */
        private void preview() {
            if (config.verify().http().isEmpty() || config.deploy().blueGreen().preview() == PreviewRule.OFF) {
                return;
            }
            List<String> name = List.of(Marks.previewName(config.app()));
            rules.named(GATEWAY, "httproutes", name, "get", "create", "patch", "delete");
            if (manifests.stream().noneMatch(object -> object.kind().sameGroupAndName(Kind.HTTP_ROUTE))) {
                // An HTTPRoute comes first where there is one.
                rules.named(Kind.INGRESS.group(), "ingresses", name, "get", "create", "patch", "delete");
            }
            for (KubeObject object : manifests) {
                if (!object.kind().sameGroupAndName(Kind.HTTP_ROUTE)) {
                    continue;
                }
                for (JsonNode parent : object.at("/spec/parentRefs")) {
                    if (parent.path("kind").asText("Gateway").equals("Gateway")) {
                        boolean own = parent.path("namespace")
                                .asText(object.namespace())
                                .equals(object.namespace());
                        (own ? rules : clusterRules)
                                .named(
                                        GATEWAY,
                                        "gateways",
                                        List.of(parent.path("name").asText()),
                                        "get");
                    } else if (parent.path("kind").asText().equals("Service")) {
                        rules.named("", "services", List.of(parent.path("name").asText()), "get");
                    }
                }
            }
        }

        private void manifest(KubeObject object) {
            Kind kind = object.kind();
            if (kind.sameGroupAndName(Kind.INGRESS)
                    && config.deploy().canary().route().isEmpty()) {
                String sibling = object.name() + Marks.candidateName("");
                rules.named(kind.group(), "ingresses", List.of(sibling), "get", "create", "patch", "delete");
            }
            Optional<KnownKinds.Resource> known = KnownKinds.of(kind);
            String plural = known.map(KnownKinds.Resource::plural).orElseGet(() -> guessed(kind));
            if (namedByContent(object)) {
                contentNamed(plural);
                return;
            }
            Rules where = KnownKinds.namespaced(kind) ? rules : clusterRules;
            where.named(kind.group(), plural, List.of(object.name()), "get", "create", "patch");
            if (config.deploy().prune() && !KEPT.contains(kind.name())) {
                where.named(kind.group(), plural, List.of(object.name()), "delete");
            }
            if (kind.group().equals(RBAC)) {
                notes.add(
                        object.ref() + " hands out rights: Kubernetes lets this identity write it only when it has the"
                                + " same rights itself. Better apply such objects as an administrator, outside of the project.");
            }
        }

        private static boolean namedByContent(KubeObject object) {
            Kind kind = object.kind();
            boolean data = kind.sameGroupAndName(Kind.CONFIG_MAP) || kind.sameGroupAndName(Kind.SECRET);
            return data
                    && (object.at("/immutable").asBoolean(false)
                            || BY_CONTENT.matcher(object.name()).matches());
        }

        /** Objects that have another name with every content. */
        private void contentNamed(String plural) {
            rules.all("", plural, "get", "create", "patch", "delete");
        }

        private String guessed(Kind kind) {
            String plural = plural(kind.name().toLowerCase(Locale.ROOT));
            notes.add("The resource of kind " + kind + " is taken to be [" + plural
                    + "]; `kubectl api-resources` tells. Is it cluster-scoped, move its rule into a ClusterRole.");
            return plural;
        }

        /** As Kubernetes' own tools guess it. */
        private static String plural(String singular) {
            if (singular.endsWith("s")) {
                return singular + "es";
            }
            return singular.endsWith("y") ? singular.substring(0, singular.length() - 1) + "ies" : singular + "s";
        }

        /** Through the API server's proxy, which names a Service together with its port. */
        void verifying() {
            TreeMap<String, TreeSet<String>> targets = new TreeMap<>();
            for (HttpCheck check : config.verify().http()) {
                TreeSet<String> names = targets.computeIfAbsent(verb(check.method()), first -> new TreeSet<>());
                for (KubeObject service : services()) {
                    String port = port(service, check.port());
                    names.add(service.name() + port);
                    names.add(candidate + port);
                }
            }
            if (config.verify().http().isEmpty()) {
                // After a switch somebody must answer, whatever the answer is.
                TreeSet<String> names = targets.computeIfAbsent("get", first -> new TreeSet<>());
                services().forEach(service -> names.add(service.name() + port(service, Optional.empty())));
            }
            targets.forEach((verb, names) -> rules.named("", "services/proxy", names, verb));
            if (config.verify().metrics().isPresent()) {
                rules.all("", "pods/proxy", "get");
            }
        }

        private List<KubeObject> services() {
            return manifests.stream()
                    .filter(object -> object.kind().sameGroupAndName(Kind.SERVICE))
                    .toList();
        }

        private static String port(KubeObject service, Optional<String> wanted) {
            if (wanted.isPresent() && wanted.get().matches("[0-9]+")) {
                return ":" + wanted.get();
            }
            for (JsonNode port : service.at("/spec/ports")) {
                if (wanted.isEmpty() || wanted.get().equals(port.path("name").asText())) {
                    return ":" + port.path("port").asText();
                }
            }
            return "";
        }

        /** The verb of a proxied request (Kubernetes, request verbs). */
        private static String verb(String method) {
            return switch (method.toUpperCase(Locale.ROOT)) {
                case "POST" -> "create";
                case "PUT" -> "update";
                case "PATCH" -> "patch";
                case "DELETE" -> "delete";
                default -> "get";
            };
        }

        LeastRole result() {
            String namespace = config.environment().namespace();
            List<KubeObject> objects = new ArrayList<>();
            objects.add(role("Role", namespace, "relevo-" + config.app(), rules));
            if (config.deploy().watchdog().image().isPresent()) {
                objects.addAll(watchdog(namespace));
            }
            if (!clusterRules.isEmpty()) {
                objects.add(role("ClusterRole", "", "relevo-" + config.app() + "-" + namespace, clusterRules));
            }
            return new LeastRole(objects, notes);
        }

        /** The account of the watchdog, which does what a deploy does. */
        private List<KubeObject> watchdog(String namespace) {
            String name = Marks.watchdogAccount(config.app());
            KubeObject account = KubeObject.named(new ObjectRef(new Kind("v1", "ServiceAccount"), namespace, name));
            KubeObject binding = KubeObject.named(new ObjectRef(new Kind(RBAC + "/v1", "RoleBinding"), namespace, name))
                    .with(tree -> {
                        tree.putObject("roleRef")
                                .put("apiGroup", RBAC)
                                .put("kind", "Role")
                                .put("name", "relevo-" + config.app());
                        tree.putArray("subjects")
                                .addObject()
                                .put("kind", "ServiceAccount")
                                .put("name", name)
                                .put("namespace", namespace);
                    });
            return List.of(owned(account), owned(binding));
        }

        private KubeObject owned(KubeObject object) {
            return object.withLabel("app.kubernetes.io/part-of", "relevo").withLabel(Marks.APP, config.app());
        }

        private KubeObject role(String kind, String namespace, String name, Rules of) {
            ObjectNode metadata = JsonNodeFactory.instance.objectNode();
            metadata.put("app.kubernetes.io/part-of", "relevo").put(Marks.APP, config.app());
            return KubeObject.named(new ObjectRef(new Kind(RBAC + "/v1", kind), namespace, name))
                    .with(tree -> {
                        ((ObjectNode) tree.path("metadata")).set("labels", metadata);
                        tree.set("rules", of.json());
                    });
        }
    }
}
