package dev.relevo.local.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.relevo.local.store.Admission;
import dev.relevo.local.store.ResourceTypes;
import java.util.List;

/**
 * Roles and their bindings.
 *
 * @param binding whether it is a kind that binds
 */
record RbacRules(boolean binding) implements KindRules {
    private static final List<String> SUBJECTS = List.of("Group", "ServiceAccount", "User");

    @Override
    public void applyDefaults(ObjectNode object) {
        if (binding) {
            NetworkDefaults.roleBinding(object);
        }
    }

    @Override
    public void validate(Admission.Change change, FieldErrors errors) {
        if (binding) {
            binding(change, errors);
            return;
        }
        boolean namespaced = change.type().equals(ResourceTypes.ROLE);
        JsonNode rules = change.after().path("rules");
        for (int i = 0; i < rules.size(); i++) {
            rule(rules.get(i), "rules[" + i + "]", namespaced, errors);
        }
    }

    private static void rule(JsonNode rule, String at, boolean namespaced, FieldErrors errors) {
        if (rule.path("verbs").isEmpty()) {
            errors.required(at + ".verbs", "verbs must contain at least one value");
        }
        if (!rule.path("nonResourceURLs").isEmpty()) {
            if (namespaced) {
                errors.invalid(
                        at + ".nonResourceURLs",
                        rule.path("nonResourceURLs"),
                        "namespaced rules cannot apply to non-resource URLs");
            }
            if (!rule.path("apiGroups").isEmpty() || !rule.path("resources").isEmpty()) {
                errors.invalid(
                        at + ".nonResourceURLs",
                        rule.path("nonResourceURLs"),
                        "rules cannot apply to both regular resources and non-resource URLs");
            }
            return;
        }
        if (rule.path("apiGroups").isEmpty()) {
            errors.required(at + ".apiGroups", "resource rules must supply at least one api group");
        }
        if (rule.path("resources").isEmpty()) {
            errors.required(at + ".resources", "resource rules must supply at least one resource");
        }
    }

    private static void binding(Admission.Change change, FieldErrors errors) {
        JsonNode role = change.after().path("roleRef");
        boolean namespaced = change.type().equals(ResourceTypes.ROLE_BINDING);
        List<String> kinds = namespaced ? List.of("Role", "ClusterRole") : List.of("ClusterRole");
        if (!kinds.contains(role.path("kind").asText())) {
            errors.notSupported("roleRef.kind", role.path("kind"), kinds);
        }
        if (role.path("name").asText("").isEmpty()) {
            errors.required("roleRef.name", "");
        }
        JsonNode subjects = change.after().path("subjects");
        for (int i = 0; i < subjects.size(); i++) {
            JsonNode subject = subjects.get(i);
            String at = "subjects[" + i + "]";
            if (subject.path("name").asText("").isEmpty()) {
                errors.required(at + ".name", "");
            }
            if (!SUBJECTS.contains(subject.path("kind").asText())) {
                errors.notSupported(at + ".kind", subject.path("kind"), SUBJECTS);
            }
            boolean account = subject.path("kind").asText().equals("ServiceAccount");
            if (account && !namespaced && subject.path("namespace").asText("").isEmpty()) {
                errors.required(at + ".namespace", "");
            }
        }
        change.before().ifPresent(before -> {
            if (!before.path("roleRef").equals(role)) {
                errors.invalid("roleRef", role, "cannot change roleRef");
            }
        });
    }
}
