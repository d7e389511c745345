package dev.relevo.manifest;

import com.fasterxml.jackson.databind.JsonNode;
import dev.relevo.cluster.KubeObject;
import io.fabric8.kubernetes.api.model.Quantity;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Whether a ResourceQuota leaves room for the pods that a hand-over runs beside the old ones. Quotas with scopes are left out:
 * which pods they count is not told by the manifests alone.
 *
 * @param quota the live ResourceQuota
 */
record QuotaRoom(KubeObject quota) {
    private static final String PODS = "pods";

    /**
     * What is missing.
     *
     * @param pods how many pods must fit in
     * @param template the Deployment that they are made from
     * @return one line for each amount that does not suffice
     */
    List<String> missing(int pods, KubeObject template) {
        List<String> lines = new ArrayList<>();
        if (quota.at("/spec/scopes").size() > 0
                || quota.at("/spec/scopeSelector").isObject()) {
            return lines;
        }
        Map<String, BigDecimal> each = ofOnePod(template);
        quota.strings("/spec/hard").forEach((name, hard) -> {
            BigDecimal needed = each.getOrDefault(name, BigDecimal.ZERO).multiply(BigDecimal.valueOf(pods));
            String used = quota.at("/status/used").path(name).asText("0");
            Optional<BigDecimal> free = amount(hard).flatMap(all -> amount(used).map(all::subtract));
            if (needed.signum() > 0
                    && free.filter(left -> left.compareTo(needed) < 0).isPresent()) {
                lines.add(
                        name + ": " + used + " of " + hard + " are used, and each pod takes " + shown(name, template));
            }
        });
        return lines;
    }

    private static String shown(String name, KubeObject template) {
        List<String> parts = new ArrayList<>();
        for (JsonNode container : template.at(PodTemplates.CONTAINERS)) {
            resource(name, container).ifPresent(parts::add);
        }
        return parts.isEmpty() ? "1" : String.join(" + ", parts);
    }

    private static Map<String, BigDecimal> ofOnePod(KubeObject template) {
        Map<String, BigDecimal> each = new TreeMap<>();
        each.put(PODS, BigDecimal.ONE);
        each.put("count/pods", BigDecimal.ONE);
        for (String name : List.of("cpu", "requests.cpu", "memory", "requests.memory", "limits.cpu", "limits.memory")) {
            for (JsonNode container : template.at(PodTemplates.CONTAINERS)) {
                resource(name, container)
                        .flatMap(QuotaRoom::amount)
                        .ifPresent(amount -> each.merge(name, amount, BigDecimal::add));
            }
        }
        return each;
    }

    /** What a container says of a resource as quotas name it; a request that is not said is the limit (Kubernetes). */
    private static Optional<String> resource(String quotaName, JsonNode container) {
        String name = quotaName.substring(quotaName.indexOf('.') + 1);
        JsonNode limit = container.at("/resources/limits").path(name);
        JsonNode request = container.at("/resources/requests").path(name);
        JsonNode said = quotaName.startsWith("limits.") || request.isMissingNode() ? limit : request;
        return said.isValueNode() ? Optional.of(said.asText()) : Optional.empty();
    }

    private static Optional<BigDecimal> amount(String text) {
        try {
            return Optional.of(Quantity.getAmountInBytes(Quantity.parse(text)));
        } catch (IllegalArgumentException | ArithmeticException unreadable) {
            return Optional.empty();
        }
    }
}
