package dev.relevo.local.access;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/**
 * One rule of a role.
 *
 * @param verbs what it allows
 * @param groups in which API groups
 * @param resources on which resources
 * @param names only on objects of these names; empty: on all
 * @param paths on which paths that are none of resources
 */
record PolicyRule(
        List<String> verbs, List<String> groups, List<String> resources, List<String> names, List<String> paths) {
    private static final String ALL = "*";

    static List<PolicyRule> all(JsonNode rules) {
        List<PolicyRule> all = new ArrayList<>();
        for (JsonNode rule : rules) {
            all.add(new PolicyRule(
                    texts(rule.path("verbs")),
                    texts(rule.path("apiGroups")),
                    texts(rule.path("resources")),
                    texts(rule.path("resourceNames")),
                    texts(rule.path("nonResourceURLs"))));
        }
        return all;
    }

    private static List<String> texts(JsonNode list) {
        List<String> texts = new ArrayList<>();
        list.forEach(item -> texts.add(item.asText()));
        return texts;
    }

    boolean allows(Action action) {
        if (!has(verbs, action.verb())) {
            return false;
        }
        if (action instanceof Action.OnPath onPath) {
            return paths.stream().anyMatch(path -> matches(path, onPath.path()));
        }
        Action.OnResource onResource = (Action.OnResource) action;
        return has(groups, onResource.group())
                && resources.stream().anyMatch(resource -> matches(resource, onResource))
                && (names.isEmpty() || names.contains(onResource.name()));
    }

    private static boolean has(List<String> list, String value) {
        return list.contains(ALL) || list.contains(value);
    }

    private static boolean matches(String rule, Action.OnResource action) {
        boolean everySuch = !action.subresource().isEmpty() && rule.equals("*/" + action.subresource());
        return rule.equals(ALL) || rule.equals(action.whole()) || everySuch;
    }

    private static boolean matches(String rule, String path) {
        return rule.endsWith(ALL) ? path.startsWith(rule.substring(0, rule.length() - 1)) : rule.equals(path);
    }

    /** Whether nothing of another rule is beyond these rules together, so that who has them may hand it on. */
    static boolean cover(List<PolicyRule> held, PolicyRule wanted) {
        for (String verb : wanted.verbs) {
            for (String path : wanted.paths) {
                if (held.stream().noneMatch(rule -> has(rule.verbs, verb) && rule.coversPath(path))) {
                    return false;
                }
            }
            for (String group : wanted.groups) {
                for (String resource : wanted.resources) {
                    if (!coverResource(held, verb, group, resource, wanted.names)) {
                        return false;
                    }
                }
            }
        }
        return true;
    }

    private static boolean coverResource(
            List<PolicyRule> held, String verb, String group, String resource, List<String> names) {
        List<PolicyRule> fitting = held.stream()
                .filter(rule -> has(rule.verbs, verb) && has(rule.groups, group) && rule.coversResource(resource))
                .toList();
        return fitting.stream().anyMatch(rule -> rule.names.isEmpty())
                || (!names.isEmpty()
                        && names.stream()
                                .allMatch(name -> fitting.stream().anyMatch(rule -> rule.names.contains(name))));
    }

    private boolean coversResource(String resource) {
        int slash = resource.indexOf('/');
        return has(resources, resource) || (slash > 0 && resources.contains("*" + resource.substring(slash)));
    }

    private boolean coversPath(String path) {
        return paths.stream()
                .anyMatch(held -> held.equals(path)
                        || (held.endsWith(ALL) && path.startsWith(held.substring(0, held.length() - 1))));
    }
}
