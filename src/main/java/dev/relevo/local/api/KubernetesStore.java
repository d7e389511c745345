package dev.relevo.local.api;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.relevo.local.access.BootstrapRoles;
import dev.relevo.local.patch.ManagedFields;
import dev.relevo.local.schema.ClusterIps;
import dev.relevo.local.schema.KubernetesAdmission;
import dev.relevo.local.schema.ModelTypes;
import dev.relevo.local.store.JournaledStore;
import dev.relevo.local.store.LabelSelector;
import dev.relevo.local.store.ObjectKey;
import dev.relevo.local.store.ObjectStore;
import dev.relevo.local.store.ResourceTypes;
import dev.relevo.local.store.WriteOptions;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;

/** Opens a store of the standard kinds with their rules, and the objects that every cluster has. */
public final class KubernetesStore {
    private static final int HISTORY_PER_TYPE = 1000;
    private static final List<String> NAMESPACES = List.of("default", "kube-system", "kube-public", "kube-node-lease");

    private KubernetesStore() {}

    /** Opens the store in a directory, with cluster IPs from the loopback network. */
    public static ObjectStore open(Path directory) {
        return open(directory, ClusterIps.loopback());
    }

    /** Opens the store in a directory, with cluster IPs from those given. */
    public static ObjectStore open(Path directory, ClusterIps addresses) {
        return open(directory, addresses, HISTORY_PER_TYPE);
    }

    /**
     * Opens the store in a directory.
     *
     * @param addresses where Services get their cluster IP from
     * @param historyPerType how many changes of each type can be watched from
     * @throws IllegalStateException when another server has the directory open
     */
    public static ObjectStore open(Path directory, ClusterIps addresses, int historyPerType) {
        ObjectStore store = JournaledStore.open(
                directory,
                ResourceTypes.standard(),
                new KubernetesAdmission(addresses, new ManagedFields(new ModelTypes(), Clock.systemUTC())),
                historyPerType);
        for (String name : NAMESPACES) {
            ObjectKey key = ResourceTypes.NAMESPACE.key("", name);
            if (store.get(key).isEmpty()) {
                ObjectNode namespace = JsonNodeFactory.instance.objectNode();
                namespace.putObject("metadata").put("name", name);
                store.create(ResourceTypes.NAMESPACE, "", namespace);
            }
        }
        BootstrapRoles.create(store);
        giveAddresses(store);
        return store;
    }

    /** The network may be another one than before; a write gives a Service an address of the present one. */
    private static void giveAddresses(ObjectStore store) {
        for (ObjectNode service : store.list(ResourceTypes.SERVICE, "", LabelSelector.everything())) {
            store.modify(ObjectKey.of(ResourceTypes.SERVICE, service), WriteOptions.NONE, same -> same);
        }
    }
}
