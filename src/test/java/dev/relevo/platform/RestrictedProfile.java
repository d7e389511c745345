package dev.relevo.platform;

import com.fasterxml.jackson.databind.JsonNode;
import dev.relevo.cluster.KubeObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The profile <i>restricted</i> of the Pod Security Standards (Kubernetes documentation, v1.34), rule by rule, for Linux pods.
 */
public final class RestrictedProfile {
    private static final Set<String> VOLUMES = Set.of(
            "configMap", "csi", "downwardAPI", "emptyDir", "ephemeral", "persistentVolumeClaim", "projected", "secret");
    private static final Set<String> SYSCTLS = Set.of(
            "kernel.shm_rmid_forced",
            "net.ipv4.ip_local_port_range",
            "net.ipv4.ip_unprivileged_port_start",
            "net.ipv4.tcp_syncookies",
            "net.ipv4.ping_group_range",
            "net.ipv4.ip_local_reserved_ports",
            "net.ipv4.tcp_keepalive_time",
            "net.ipv4.tcp_fin_timeout",
            "net.ipv4.tcp_keepalive_intvl",
            "net.ipv4.tcp_keepalive_probes");

    private RestrictedProfile() {}

    /** The pod that an object makes; empty when it makes none. */
    public static Optional<JsonNode> pod(KubeObject object) {
        for (String pointer :
                List.of("/spec/jobTemplate/spec/template/spec", "/spec/template/spec", "/spec/containers")) {
            JsonNode found = object.at(pointer);
            if (!found.isMissingNode()) {
                return Optional.of(pointer.equals("/spec/containers") ? object.at("/spec") : found);
            }
        }
        return Optional.empty();
    }

    /** What is not allowed about a pod; empty when it may run. */
    public static List<String> complaints(JsonNode pod) {
        List<String> found = new ArrayList<>();
        for (String key : List.of("hostNetwork", "hostPID", "hostIPC")) {
            if (pod.path(key).asBoolean()) {
                found.add(key);
            }
        }
        for (JsonNode volume : pod.path("volumes")) {
            volume.fieldNames().forEachRemaining(key -> {
                if (!key.equals("name") && !VOLUMES.contains(key)) {
                    found.add("volume of type " + key);
                }
            });
        }
        JsonNode common = pod.path("securityContext");
        context(common, "pod", found);
        for (JsonNode sysctl : common.path("sysctls")) {
            if (!SYSCTLS.contains(sysctl.path("name").asText())) {
                found.add("sysctl " + sysctl.path("name").asText());
            }
        }
        for (String kind : List.of("initContainers", "containers", "ephemeralContainers")) {
            pod.path(kind).forEach(container -> container(container, common, found));
        }
        return found;
    }

    private static void container(JsonNode container, JsonNode common, List<String> found) {
        String name = "container " + container.path("name").asText();
        JsonNode own = container.path("securityContext");
        context(own, name, found);
        if (own.path("privileged").asBoolean()) {
            found.add(name + ": privileged");
        }
        if (own.path("allowPrivilegeEscalation").asBoolean(true)) {
            found.add(name + ": allowPrivilegeEscalation is not false");
        }
        JsonNode capabilities = own.path("capabilities");
        if (!texts(capabilities.path("drop")).contains("ALL")) {
            found.add(name + ": does not drop all capabilities");
        }
        texts(capabilities.path("add")).stream()
                .filter(added -> !added.equals("NET_BIND_SERVICE"))
                .forEach(added -> found.add(name + ": adds capability " + added));
        if (!own.path("runAsNonRoot").asBoolean(common.path("runAsNonRoot").asBoolean())) {
            found.add(name + ": runAsNonRoot is not true");
        }
        String seccomp = own.at("/seccompProfile/type")
                .asText(common.at("/seccompProfile/type").asText());
        if (!Set.of("RuntimeDefault", "Localhost").contains(seccomp)) {
            found.add(name + ": has no seccomp profile");
        }
        String procMount = own.path("procMount").asText("Default");
        if (!procMount.equals("Default")) {
            found.add(name + ": procMount " + procMount);
        }
        container.path("ports").forEach(port -> {
            if (port.path("hostPort").asInt() != 0) {
                found.add(name + ": host port " + port.path("hostPort").asInt());
            }
        });
        for (String probe : List.of("livenessProbe", "readinessProbe", "startupProbe")) {
            for (String way : List.of("httpGet", "tcpSocket")) {
                if (!container.at("/" + probe + "/" + way + "/host").asText("").isEmpty()) {
                    found.add(name + ": " + probe + " names a host");
                }
            }
        }
    }

    /** What holds for the pod's own context and for a container's alike. */
    private static void context(JsonNode context, String whose, List<String> found) {
        if (context.path("runAsUser").asInt(-1) == 0) {
            found.add(whose + ": runs as root");
        }
        if (context.at("/windowsOptions/hostProcess").asBoolean()) {
            found.add(whose + ": a host process");
        }
        String appArmor = context.at("/appArmorProfile/type").asText("RuntimeDefault");
        if (appArmor.equals("Unconfined")) {
            found.add(whose + ": AppArmor is off");
        }
        JsonNode selinux = context.path("seLinuxOptions");
        if (!Set.of("", "container_t", "container_init_t", "container_kvm_t", "container_engine_t")
                        .contains(selinux.path("type").asText())
                || selinux.has("user")
                || selinux.has("role")) {
            found.add(whose + ": SELinux options");
        }
    }

    private static List<String> texts(JsonNode array) {
        List<String> texts = new ArrayList<>();
        array.forEach(item -> texts.add(item.asText()));
        return texts;
    }
}
