package dev.relevo.local.node;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.relevo.local.controller.Conditions;
import dev.relevo.local.controller.Meta;
import dev.relevo.local.store.ObjectKey;
import dev.relevo.local.store.ObjectStore;
import dev.relevo.local.store.ResourceTypes;
import dev.relevo.local.store.WriteOptions;
import java.util.Locale;

/** The Node object that {@code kubectl get nodes} shows. */
final class NodeObject {
    /** Requests are not enforced on processes; the node only refuses what no machine has. */
    private static final String CPU = "64";

    private static final String MEMORY = "256Gi";
    private static final String PODS = "250";

    private NodeObject() {}

    static void register(ObjectStore store) {
        ObjectKey key = ResourceTypes.NODE.key("", Node.NAME);
        String architecture = System.getProperty("os.arch").equals("amd64") ? "amd64" : "arm64";
        String system = System.getProperty("os.name").toLowerCase(Locale.ROOT).contains("mac") ? "darwin" : "linux";
        if (store.get(key).isEmpty()) {
            ObjectNode node = JsonNodeFactory.instance
                    .objectNode()
                    .put("apiVersion", "v1")
                    .put("kind", "Node");
            ObjectNode labels =
                    node.putObject("metadata").put("name", Node.NAME).putObject("labels");
            labels.put("kubernetes.io/hostname", Node.NAME)
                    .put("kubernetes.io/arch", architecture)
                    .put("kubernetes.io/os", system)
                    .put("node-role.kubernetes.io/control-plane", "");
            node.putObject("spec");
            store.create(ResourceTypes.NODE, "", node);
        }
        store.modifyStatus(key, WriteOptions.by("kubelet"), node -> {
            ObjectNode status = Meta.child(node, "status");
            for (String field : new String[] {"capacity", "allocatable"}) {
                status.putObject(field).put("cpu", CPU).put("memory", MEMORY).put("pods", PODS);
            }
            Conditions.set(status, "Ready", "True", "KubeletReady", "the local node is ready", false);
            status.putArray("addresses").addObject().put("type", "InternalIP").put("address", "127.0.0.1");
            status.putObject("nodeInfo")
                    .put("architecture", architecture)
                    .put("operatingSystem", system)
                    .put("osImage", System.getProperty("os.name"))
                    .put("kernelVersion", System.getProperty("os.version"))
                    .put("containerRuntimeVersion", "relevo://local")
                    .put("kubeletVersion", "v1.34.0")
                    .put("kubeProxyVersion", "v1.34.0")
                    .put("machineID", "")
                    .put("systemUUID", "")
                    .put("bootID", "");
            return node;
        });
    }
}
