package dev.relevo.local.access;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import dev.relevo.local.store.ObjectKey;
import dev.relevo.local.store.ObjectStore;
import dev.relevo.local.store.ResourceType;
import dev.relevo.local.store.ResourceTypes;
import java.io.IOException;
import java.io.UncheckedIOException;

/**
 * The roles and bindings that a cluster has from the start: who may do everything, what everybody may see, and the roles for
 * people ({@code admin}, {@code edit}, {@code view}). Fewer resources are named than in a real cluster, because fewer are served.
 */
public final class BootstrapRoles {
    private static final String CONTENT =
            "configmaps, endpoints, events, limitranges, persistentvolumeclaims, pods, pods/log, pods/status,"
                    + " replicationcontrollers, replicationcontrollers/scale, resourcequotas, serviceaccounts, services,"
                    + " services/status";
    private static final String APPS = "controllerrevisions, daemonsets, daemonsets/status, deployments,"
            + " deployments/scale, deployments/status, replicasets, replicasets/scale, replicasets/status, statefulsets,"
            + " statefulsets/scale, statefulsets/status";
    private static final String OTHER = "horizontalpodautoscalers, horizontalpodautoscalers/status, cronjobs,"
            + " cronjobs/status, jobs, jobs/status, poddisruptionbudgets, poddisruptionbudgets/status, ingresses,"
            + " ingresses/status, networkpolicies, endpointslices";
    private static final String READ = "[get, list, watch]";
    private static final String WRITE = "[create, delete, deletecollection, patch, update]";

    private static final String VIEW_RULES = """
            - {apiGroups: [''], resources: [%s, namespaces], verbs: %s}
            - {apiGroups: [apps], resources: [%s], verbs: %s}
            - {apiGroups: [autoscaling, batch, discovery.k8s.io, events.k8s.io, networking.k8s.io, policy], \
            resources: [%s, events], verbs: %s}
            """.formatted(CONTENT, READ, APPS, READ, OTHER, READ);
    private static final String EDIT_RULES =
            VIEW_RULES + """
            - {apiGroups: [''], resources: [%s, secrets, pods/eviction, serviceaccounts/token], verbs: %s}
            - {apiGroups: [''], resources: [secrets], verbs: %s}
            - {apiGroups: [''], resources: [serviceaccounts], verbs: [impersonate]}
            - {apiGroups: [apps], resources: [%s], verbs: %s}
            - {apiGroups: [autoscaling, batch, networking.k8s.io, policy], resources: [%s], verbs: %s}
            - {apiGroups: [coordination.k8s.io], resources: [leases], \
            verbs: [create, delete, deletecollection, get, list, patch, update, watch]}
            """.formatted(CONTENT, WRITE, READ, APPS, WRITE, OTHER, WRITE);
    private static final String ADMIN_RULES = EDIT_RULES + """
            - {apiGroups: [authorization.k8s.io], resources: [localsubjectaccessreviews], verbs: [create]}
            - {apiGroups: [rbac.authorization.k8s.io], resources: [rolebindings, roles], \
            verbs: [create, delete, deletecollection, get, list, patch, update, watch]}
            """;

    private static final String DISCOVERY =
            "/api, '/api/*', /apis, '/apis/*', /healthz, /livez, /openapi, '/openapi/*',"
                    + " /readyz, /version, /version/";

    private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());

    private final ObjectStore store;

    private BootstrapRoles(ObjectStore store) {
        this.store = store;
    }

    /** Creates those that are missing. */
    public static void create(ObjectStore store) {
        BootstrapRoles roles = new BootstrapRoles(store);
        roles.role(
                "cluster-admin",
                "- {apiGroups: ['*'], resources: ['*'], verbs: ['*']}\n- {nonResourceURLs: ['*'], verbs: ['*']}\n");
        roles.role("admin", ADMIN_RULES);
        roles.role("edit", EDIT_RULES);
        roles.role("view", VIEW_RULES);
        roles.role("system:discovery", "- {nonResourceURLs: [" + DISCOVERY + "], verbs: [get]}\n");
        roles.role(
                "system:public-info-viewer",
                "- {nonResourceURLs: [/healthz, /livez, /readyz, /version, /version/], verbs: [get]}\n");
        roles.role(
                "system:basic-user",
                "- {apiGroups: [authorization.k8s.io], resources: [selfsubjectaccessreviews, selfsubjectrulesreviews],"
                        + " verbs: [create]}\n"
                        + "- {apiGroups: [authentication.k8s.io], resources: [selfsubjectreviews], verbs: [create]}\n");
        roles.bind("cluster-admin", User.MASTERS);
        roles.bind("system:discovery", User.AUTHENTICATED);
        roles.bind("system:basic-user", User.AUTHENTICATED);
        roles.bind("system:public-info-viewer", User.AUTHENTICATED, "system:unauthenticated");
    }

    private void role(String name, String rules) {
        create(ResourceTypes.CLUSTER_ROLE, name, "rules:\n" + rules);
    }

    private void bind(String role, String... groups) {
        StringBuilder subjects = new StringBuilder("subjects:\n");
        for (String group : groups) {
            subjects.append("- {kind: Group, apiGroup: rbac.authorization.k8s.io, name: '")
                    .append(group)
                    .append("'}\n");
        }
        create(
                ResourceTypes.CLUSTER_ROLE_BINDING,
                role,
                "roleRef: {kind: ClusterRole, apiGroup: rbac.authorization.k8s.io, name: '" + role + "'}\n" + subjects);
    }

    private void create(ResourceType type, String name, String yaml) {
        ObjectKey key = type.key("", name);
        if (store.get(key).isPresent()) {
            return;
        }
        try {
            ObjectNode object = (ObjectNode) YAML.readTree(yaml);
            object.putObject("metadata")
                    .put("name", name)
                    .putObject("labels")
                    .put("kubernetes.io/bootstrapping", "rbac-defaults");
            store.create(type, "", object);
        } catch (IOException e) {
            throw new UncheckedIOException("The role " + name + " is written wrongly", e);
        }
    }
}
