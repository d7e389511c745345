package dev.relevo.access;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/** Rules of a Role while they are collected: what is allowed twice is said once, and what is allowed alike in one rule. */
final class Rules {
    private static final List<String> VERBS = List.of("get", "list", "watch", "create", "update", "patch", "delete");
    private static final String EVERY = "";

    private final Map<Target, TreeSet<String>> allowed = new LinkedHashMap<>();

    /** @param name of one object; empty for every one */
    private record Target(String group, String resource, String name) {}

    private record Named(String group, String resource, boolean every, List<String> verbs) {}

    private record Alike(String group, List<String> names, List<String> verbs) {}

    boolean isEmpty() {
        return allowed.isEmpty();
    }

    /** Allows verbs on every object of a resource. */
    void all(String group, String resource, String... verbs) {
        named(group, resource, List.of(EVERY), verbs);
    }

    /** Allows verbs on the objects of these names. */
    void named(String group, String resource, Collection<String> names, String... verbs) {
        for (String name : names) {
            allowed.computeIfAbsent(new Target(group, resource, name), first -> new TreeSet<>())
                    .addAll(List.of(verbs));
        }
    }

    /** As in a Role's {@code rules}. */
    ArrayNode json() {
        Map<Named, TreeSet<String>> byResource = new LinkedHashMap<>();
        allowed.forEach((target, verbs) -> {
            List<String> ordered =
                    VERBS.stream().filter(verb -> needed(target, verb, verbs)).toList();
            if (!ordered.isEmpty()) {
                Named named = new Named(
                        target.group(), target.resource(), target.name().equals(EVERY), ordered);
                byResource.computeIfAbsent(named, first -> new TreeSet<>()).add(target.name());
            }
        });
        Map<Alike, TreeSet<String>> rules = new LinkedHashMap<>();
        byResource.forEach((named, names) -> rules.computeIfAbsent(
                        new Alike(named.group(), named.every() ? List.of() : List.copyOf(names), named.verbs()),
                        first -> new TreeSet<>())
                .add(named.resource()));
        ArrayNode json = JsonNodeFactory.instance.arrayNode();
        rules.forEach((rule, resources) -> {
            ObjectNode object = json.addObject();
            object.putArray("apiGroups").add(rule.group());
            put(object, "resources", resources);
            if (!rule.names().isEmpty()) {
                put(object, "resourceNames", rule.names());
            }
            put(object, "verbs", rule.verbs());
        });
        return json;
    }

    private static void put(ObjectNode object, String key, Collection<String> values) {
        ArrayNode array = object.putArray(key);
        values.forEach(array::add);
    }

    /** What is allowed on every object need not be said of one again. */
    private boolean needed(Target target, String verb, TreeSet<String> verbs) {
        if (!verbs.contains(verb)) {
            return false;
        }
        TreeSet<String> onEvery = allowed.get(new Target(target.group(), target.resource(), EVERY));
        return target.name().equals(EVERY) || onEvery == null || !onEvery.contains(verb);
    }
}
