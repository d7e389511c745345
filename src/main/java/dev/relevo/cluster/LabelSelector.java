package dev.relevo.cluster;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Which labels an object must have.
 *
 * @param values for each label the values of which it must have one; empty: every object is meant
 * @see <a href="https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/">Kubernetes: Labels and Selectors</a>
 */
public record LabelSelector(Map<String, Set<String>> values) {
    private static final int LONGEST = 63;
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?");
    private static final Pattern KEY = Pattern.compile("([a-z0-9]([-a-z0-9.]*[a-z0-9])?/)?" + NAME);

    /** @throws IllegalArgumentException when a label or a value is none in Kubernetes, or a label may have no value at all */
    public LabelSelector {
        Map<String, Set<String>> copy = new LinkedHashMap<>();
        values.forEach((label, any) -> copy.put(label, Set.copyOf(any)));
        copy.forEach(LabelSelector::require);
        values = Map.copyOf(copy);
    }

    private static void require(String label, Set<String> any) {
        if (!KEY.matcher(label).matches()) {
            throw new IllegalArgumentException("Label [" + label + "] is none that Kubernetes knows");
        }
        if (any.isEmpty()) {
            throw new IllegalArgumentException(
                    "No value of label [" + label + "] is named, so nothing would be selected");
        }
        for (String value : any) {
            if (!value.isEmpty()
                    && (value.length() > LONGEST || !NAME.matcher(value).matches())) {
                throw new IllegalArgumentException(
                        "Value [" + value + "] of label [" + label + "] is none that Kubernetes knows");
            }
        }
    }

    /** Objects that have all of these labels. */
    public static LabelSelector of(Map<String, String> labels) {
        Map<String, Set<String>> values = new LinkedHashMap<>();
        labels.forEach((label, value) -> values.put(label, Set.of(value)));
        return new LabelSelector(values);
    }

    /** Objects whose label has one of these values. */
    public static LabelSelector in(String label, Set<String> values) {
        return new LabelSelector(Map.of(label, values));
    }

    /** Whether an object with these labels is meant. */
    public boolean matches(Map<String, String> labels) {
        return values.entrySet().stream()
                .allMatch(wanted ->
                        labels.containsKey(wanted.getKey()) && wanted.getValue().contains(labels.get(wanted.getKey())));
    }

    /** Whether every object that the other one means is meant by this one too. */
    public boolean covers(LabelSelector other) {
        return values.entrySet().stream()
                .allMatch(wanted -> other.values.containsKey(wanted.getKey())
                        && wanted.getValue().containsAll(other.values.get(wanted.getKey())));
    }

    /** As the API takes it in a query: {@code app=web,tier in (a,b)}; empty when all are meant. */
    public String text() {
        return new TreeMap<>(values)
                .entrySet().stream()
                        .map(wanted -> wanted.getValue().size() == 1
                                ? wanted.getKey() + "="
                                        + wanted.getValue().iterator().next()
                                : wanted.getKey() + " in (" + String.join(",", new TreeSet<>(wanted.getValue())) + ")")
                        .collect(Collectors.joining(","));
    }
}
