package dev.relevo.local.access;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.relevo.local.store.LabelSelector;
import dev.relevo.local.store.ObjectStore;
import dev.relevo.local.store.ResourceType;
import dev.relevo.local.store.ResourceTypes;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Role based access control, after the RBAC authorizer of Kubernetes: what is not allowed by a role that is bound to the user
 * or one of his groups is forbidden. Nobody restricts {@code system:masters}.
 */
public final class Rbac {
    private final ObjectStore store;

    public Rbac(ObjectStore store) {
        this.store = store;
    }

    /** Why an action is allowed; empty when it is not. */
    public Optional<String> allowed(User user, Action action) {
        if (user.groups().contains(User.MASTERS)) {
            return Optional.of("");
        }
        for (Grant grant : grants(user, namespace(action))) {
            if (grant.rules().stream().anyMatch(rule -> rule.allows(action))) {
                return Optional.of("RBAC: allowed by " + grant.binding());
            }
        }
        return Optional.empty();
    }

    private static String namespace(Action action) {
        return action instanceof Action.OnResource onResource ? onResource.namespace() : "";
    }

    /** The rules that hold for a user in a namespace, as roles write them. */
    public List<JsonNode> rules(User user, String namespace) {
        List<JsonNode> rules = new ArrayList<>();
        bound(user, namespace)
                .forEach(binding ->
                        role(binding).forEach(role -> role.path("rules").forEach(rules::add)));
        return rules;
    }

    /** Whether a user has all that these rules of a role would give, so that he may give it to others. */
    public boolean holds(User user, JsonNode rules, String namespace) {
        if (user.groups().contains(User.MASTERS)) {
            return true;
        }
        List<PolicyRule> held = new ArrayList<>();
        grants(user, namespace).forEach(grant -> held.addAll(grant.rules()));
        return PolicyRule.all(rules).stream().allMatch(wanted -> PolicyRule.cover(held, wanted));
    }

    /** The rules of the role that a binding refers to, as one list. */
    public JsonNode rulesOf(JsonNode binding) {
        var all = com.fasterxml.jackson.databind.node.JsonNodeFactory.instance.arrayNode();
        role(binding).forEach(role -> role.path("rules").forEach(all::add));
        return all;
    }

    private record Grant(String binding, List<PolicyRule> rules) {}

    private List<Grant> grants(User user, String namespace) {
        List<Grant> grants = new ArrayList<>();
        for (ObjectNode binding : bound(user, namespace)) {
            List<PolicyRule> rules = new ArrayList<>();
            role(binding).forEach(role -> rules.addAll(PolicyRule.all(role.path("rules"))));
            grants.add(new Grant(describe(binding), rules));
        }
        return grants;
    }

    private static String describe(JsonNode binding) {
        String namespace = binding.path("metadata").path("namespace").asText("");
        String name = binding.path("metadata").path("name").asText();
        return (namespace.isEmpty() ? "ClusterRoleBinding \"" : "RoleBinding \"")
                + (namespace.isEmpty() ? name : name + "/" + namespace) + "\" of "
                + binding.path("roleRef").path("kind").asText() + " \""
                + binding.path("roleRef").path("name").asText() + "\"";
    }

    private List<ObjectNode> bound(User user, String namespace) {
        List<ObjectNode> bound = new ArrayList<>();
        collect(ResourceTypes.CLUSTER_ROLE_BINDING, "", user, bound);
        if (!namespace.isEmpty()) {
            collect(ResourceTypes.ROLE_BINDING, namespace, user, bound);
        }
        return bound;
    }

    private void collect(ResourceType type, String namespace, User user, List<ObjectNode> bound) {
        for (ObjectNode binding : store.list(type, namespace, LabelSelector.everything())) {
            for (JsonNode subject : binding.path("subjects")) {
                if (names(subject, user, namespace)) {
                    bound.add(binding);
                    break;
                }
            }
        }
    }

    private static boolean names(JsonNode subject, User user, String namespace) {
        String name = subject.path("name").asText();
        return switch (subject.path("kind").asText()) {
            case "User" -> user.name().equals(name);
            case "Group" -> user.groups().contains(name);
            case "ServiceAccount" -> {
                String in = subject.path("namespace").asText(namespace);
                yield user.name().equals(User.serviceAccount(in, name, "").name());
            }
            default -> false;
        };
    }

    /** The role that a binding refers to, and those that are aggregated into it. */
    private List<ObjectNode> role(JsonNode binding) {
        JsonNode reference = binding.path("roleRef");
        String name = reference.path("name").asText("");
        String namespace = binding.path("metadata").path("namespace").asText("");
        boolean inNamespace = reference.path("kind").asText().equals("Role");
        if (name.isEmpty() || (inNamespace && namespace.isEmpty())) {
            return List.of();
        }
        Optional<ObjectNode> role = store.get(
                inNamespace ? ResourceTypes.ROLE.key(namespace, name) : ResourceTypes.CLUSTER_ROLE.key("", name));
        List<ObjectNode> roles = new ArrayList<>();
        role.ifPresent(each -> {
            roles.add(each);
            for (JsonNode selector : each.path("aggregationRule").path("clusterRoleSelectors")) {
                roles.addAll(store.list(ResourceTypes.CLUSTER_ROLE, "", LabelSelector.ofSelector(selector)));
            }
        });
        return roles;
    }
}
