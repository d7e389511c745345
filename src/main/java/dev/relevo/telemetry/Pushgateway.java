package dev.relevo.telemetry;

import java.math.BigDecimal;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Figures for a Prometheus Pushgateway: a group for each app, environment and command, so that the steps of a pipeline that runs
 * them one by one do not erase each other.
 *
 * @see <a href="https://github.com/prometheus/pushgateway#api">The gateway's API</a>
 * @see <a href="https://prometheus.io/docs/instrumenting/exposition_formats/#text-based-format">The text format</a>
 */
final class Pushgateway {
    private Pushgateway() {}

    /** Where the figures of a group are put. */
    static URI address(String gateway, Delivery.Target target, String command) {
        return URI.create(gateway.replaceFirst("/+$", "") + "/metrics/job/relevo" + label("app", target.app())
                + label("environment", target.environment()) + label("command", command));
    }

    /** Base64 is the gateway's way for values that a path cannot hold. */
    private static String label(String name, String value) {
        return value.matches("[-._A-Za-z0-9]+")
                ? "/" + name + "/" + value
                : "/" + name + "@base64/"
                        + Base64.getUrlEncoder().encodeToString(value.getBytes(StandardCharsets.UTF_8));
    }

    /**
     * The figures in Prometheus' text format.
     *
     * @param namespace is a label of each
     */
    static String text(List<Figure> figures, String namespace) {
        Map<String, List<Figure>> families = figures.stream()
                .collect(Collectors.groupingBy(Pushgateway::name, LinkedHashMap::new, Collectors.toList()));
        StringBuilder text = new StringBuilder();
        families.forEach((name, family) -> {
            text.append("# HELP ")
                    .append(name)
                    .append(' ')
                    .append(family.get(0).meaning())
                    .append('\n');
            text.append("# TYPE ").append(name).append(" gauge\n");
            for (Figure figure : family) {
                Map<String, String> labels = new TreeMap<>(figure.labels());
                labels.put("namespace", namespace);
                text.append(name)
                        .append(labels.entrySet().stream()
                                .map(label -> label.getKey() + "=\"" + escaped(label.getValue()) + "\"")
                                .collect(Collectors.joining(",", "{", "} ")))
                        .append(BigDecimal.valueOf(figure.value())
                                .stripTrailingZeros()
                                .toPlainString())
                        .append('\n');
            }
        });
        return text.toString();
    }

    private static String name(Figure figure) {
        return figure.name().replace('.', '_') + (figure.unit().equals("s") ? "_seconds" : "");
    }

    private static String escaped(String value) {
        return value.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n");
    }
}
