package dev.relevo.local.schema;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * What a namespace with {@code pod-security.kubernetes.io/enforce} does not let in, in the words of Kubernetes. Of the standards
 * it knows host namespaces, paths and ports, volumes, privileges, capabilities, users and seccomp; not AppArmor, SELinux, sysctls,
 * /proc and Windows.
 *
 * @see <a href="https://kubernetes.io/docs/concepts/security/pod-security-standards/">Pod Security Standards</a>
 */
final class PodSecurity {
    private static final String ENFORCE = "pod-security.kubernetes.io/enforce";
    private static final Set<String> DEFAULT_CAPABILITIES = Set.of(
            "AUDIT_WRITE",
            "CHOWN",
            "DAC_OVERRIDE",
            "FOWNER",
            "FSETID",
            "KILL",
            "MKNOD",
            "NET_BIND_SERVICE",
            "SETFCAP",
            "SETGID",
            "SETPCAP",
            "SETUID",
            "SYS_CHROOT");
    private static final Set<String> RESTRICTED_CAPABILITIES = Set.of("NET_BIND_SERVICE");
    private static final Set<String> RESTRICTED_VOLUMES = Set.of(
            "configMap", "csi", "downwardAPI", "emptyDir", "ephemeral", "persistentVolumeClaim", "projected", "secret");
    private static final Set<String> CONFINED = Set.of("RuntimeDefault", "Localhost");

    private final JsonNode pod;
    private final List<JsonNode> containers = new ArrayList<>();
    private final List<String> violations = new ArrayList<>();

    private PodSecurity(JsonNode pod) {
        this.pod = pod;
        for (String list : new String[] {"initContainers", "containers"}) {
            pod.path(list).forEach(containers::add);
        }
    }

    /**
     * Why the pod is not let in; empty when it is.
     *
     * @param namespace the pod's
     * @param pod its specification
     */
    static String violation(JsonNode namespace, JsonNode pod) {
        JsonNode labels = namespace.path("metadata").path("labels");
        String level = labels.path(ENFORCE).asText("privileged");
        boolean restricted = level.equals("restricted");
        if (!restricted && !level.equals("baseline")) {
            return "";
        }
        PodSecurity security = new PodSecurity(pod);
        security.baseline(restricted);
        if (restricted) {
            security.restricted();
        }
        return security.violations.isEmpty()
                ? ""
                : "violates PodSecurity \"" + level + ":"
                        + labels.path(ENFORCE + "-version").asText("latest") + "\": "
                        + String.join(", ", security.violations);
    }

    /** @param alsoRestricted whether its checks come, which take the place of some of these */
    private void baseline(boolean alsoRestricted) {
        if (!alsoRestricted) {
            String added = added(DEFAULT_CAPABILITIES);
            found(!added.isEmpty(), "non-default capabilities", added);
        }
        List<String> host = List.of("hostNetwork", "hostPID", "hostIPC").stream()
                .filter(name -> pod.path(name).asBoolean(false))
                .map(name -> name + "=true")
                .toList();
        found(!host.isEmpty(), "host namespaces", String.join(", ", host));
        if (!alsoRestricted) {
            hostPaths();
        }
        hostPorts();
        List<String> privileged = names(own -> own.path("privileged").asBoolean(false));
        found(!privileged.isEmpty(), "privileged", named(privileged) + " must not set securityContext.privileged=true");
    }

    private void hostPaths() {
        List<String> paths = volumes(
                volume -> volume.has("hostPath"), volume -> volume.path("name").asText());
        found(!paths.isEmpty(), "hostPath volumes", plural("volume", paths) + " " + quoted(paths));
    }

    private void hostPorts() {
        Predicate<JsonNode> onHost = port -> port.path("hostPort").asInt(0) > 0;
        List<JsonNode> using = containers.stream()
                .filter(container -> stream(container.path("ports")).anyMatch(onHost))
                .toList();
        List<String> ports = using.stream()
                .flatMap(container -> stream(container.path("ports")).filter(onHost))
                .map(port -> port.path("hostPort").asText())
                .distinct()
                .toList();
        found(
                !using.isEmpty(),
                "hostPort",
                named(using.stream().map(PodSecurity::name).toList()) + (using.size() == 1 ? " uses " : " use ")
                        + plural("hostPort", ports) + " " + String.join(", ", ports));
    }

    private void restricted() {
        List<String> escalating =
                names(own -> own.path("allowPrivilegeEscalation").asBoolean(true));
        found(
                !escalating.isEmpty(),
                "allowPrivilegeEscalation != false",
                named(escalating) + " must set securityContext.allowPrivilegeEscalation=false");
        capabilities();
        restrictedVolumes();
        everywhere(
                "runAsNonRoot != true",
                "runAsNonRoot",
                own -> own.asBoolean(false),
                own -> "must not set securityContext.runAsNonRoot=false",
                "must set securityContext.runAsNonRoot=true");
        String roots = setters(own -> own.path("runAsUser").asInt(-1) == 0);
        found(!roots.isEmpty(), "runAsUser=0", roots + " must not set runAsUser=0");
        everywhere(
                "seccompProfile",
                "seccompProfile",
                own -> CONFINED.contains(own.path("type").asText()),
                own -> "must not set securityContext.seccompProfile.type to \""
                        + own.path("type").asText() + "\"",
                "must set securityContext.seccompProfile.type to \"RuntimeDefault\" or \"Localhost\"");
    }

    private void capabilities() {
        List<String> keeping = names(own -> stream(own.path("capabilities").path("drop"))
                .noneMatch(dropped -> dropped.asText().equals("ALL")));
        String added = added(RESTRICTED_CAPABILITIES);
        List<String> both = new ArrayList<>();
        if (!keeping.isEmpty()) {
            both.add(named(keeping) + " must set securityContext.capabilities.drop=[\"ALL\"]");
        }
        if (!added.isEmpty()) {
            both.add(added);
        }
        found(!both.isEmpty(), "unrestricted capabilities", String.join("; ", both));
    }

    private void restrictedVolumes() {
        Predicate<JsonNode> bad = volume -> !RESTRICTED_VOLUMES.contains(type(volume));
        List<String> volumes = volumes(bad, volume -> volume.path("name").asText());
        List<String> types = volumes(bad, PodSecurity::type).stream().distinct().toList();
        found(
                !volumes.isEmpty(),
                "restricted volume types",
                plural("volume", volumes) + " " + quoted(volumes) + (volumes.size() == 1 ? " uses " : " use ")
                        + plural("restricted volume type", types) + " " + quoted(types));
    }

    /** What must be set at the pod or at each container, and nowhere to something else. */
    private void everywhere(
            String reason, String field, Predicate<JsonNode> good, Function<JsonNode, String> mustNot, String must) {
        Predicate<JsonNode> wrong = own -> own.has(field) && !good.test(own.path(field));
        String setters = setters(wrong);
        if (!setters.isEmpty()) {
            JsonNode first = wrong.test(own(pod))
                    ? own(pod)
                    : containers.stream()
                            .map(PodSecurity::own)
                            .filter(wrong)
                            .findFirst()
                            .orElseThrow();
            violations.add(reason + " (" + setters + " " + mustNot.apply(first.path(field)) + ")");
        } else if (!own(pod).has(field)) {
            List<String> without = names(own -> !own.has(field));
            found(!without.isEmpty(), reason, "pod or " + named(without) + " " + must);
        }
    }

    /** Pod and containers that set such a thing. */
    private String setters(Predicate<JsonNode> bad) {
        List<String> names = names(bad);
        String who = names.isEmpty() ? "" : named(names);
        if (!bad.test(own(pod))) {
            return who;
        }
        return who.isEmpty() ? "pod" : "pod and " + who;
    }

    private String added(Set<String> allowed) {
        Predicate<JsonNode> bad = capability -> !allowed.contains(capability.asText());
        List<String> names =
                names(own -> stream(own.path("capabilities").path("add")).anyMatch(bad));
        List<String> capabilities = containers.stream()
                .flatMap(container -> stream(own(container).path("capabilities").path("add")))
                .filter(bad)
                .map(JsonNode::asText)
                .distinct()
                .sorted()
                .toList();
        return names.isEmpty()
                ? ""
                : named(names) + " must not include " + quoted(capabilities) + " in securityContext.capabilities.add";
    }

    private void found(boolean violated, String reason, String detail) {
        if (violated) {
            violations.add(reason + " (" + detail + ")");
        }
    }

    /** Containers whose own security context is so. */
    private List<String> names(Predicate<JsonNode> bad) {
        return containers.stream()
                .filter(container -> bad.test(own(container)))
                .map(PodSecurity::name)
                .toList();
    }

    private List<String> volumes(Predicate<JsonNode> bad, Function<JsonNode, String> what) {
        return stream(pod.path("volumes")).filter(bad).map(what).toList();
    }

    private static String type(JsonNode volume) {
        return StreamSupport.stream(((Iterable<String>) volume::fieldNames).spliterator(), false)
                .filter(field -> !field.equals("name"))
                .findFirst()
                .orElse("emptyDir");
    }

    private static JsonNode own(JsonNode podOrContainer) {
        return podOrContainer.path("securityContext");
    }

    private static String name(JsonNode container) {
        return container.path("name").asText();
    }

    private static String named(List<String> names) {
        return plural("container", names) + " " + quoted(names);
    }

    private static String plural(String word, List<String> of) {
        return of.size() == 1 ? word : word + "s";
    }

    private static String quoted(List<String> names) {
        return names.stream().map(name -> "\"" + name + "\"").collect(Collectors.joining(", "));
    }

    private static Stream<JsonNode> stream(JsonNode list) {
        return StreamSupport.stream(list.spliterator(), false);
    }
}
