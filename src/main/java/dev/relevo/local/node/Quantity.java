package dev.relevo.local.node;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Map;

/** Kubernetes quantities such as {@code 250m} or {@code 64Mi}, as numbers. */
final class Quantity {
    private static final Map<String, BigDecimal> FACTORS = Map.ofEntries(
            Map.entry("n", new BigDecimal("1e-9")),
            Map.entry("u", new BigDecimal("1e-6")),
            Map.entry("m", new BigDecimal("1e-3")),
            Map.entry("", BigDecimal.ONE),
            Map.entry("k", new BigDecimal("1e3")),
            Map.entry("M", new BigDecimal("1e6")),
            Map.entry("G", new BigDecimal("1e9")),
            Map.entry("T", new BigDecimal("1e12")),
            Map.entry("P", new BigDecimal("1e15")),
            Map.entry("E", new BigDecimal("1e18")),
            Map.entry("Ki", BigDecimal.valueOf(1L << 10)),
            Map.entry("Mi", BigDecimal.valueOf(1L << 20)),
            Map.entry("Gi", BigDecimal.valueOf(1L << 30)),
            Map.entry("Ti", BigDecimal.valueOf(1L << 40)),
            Map.entry("Pi", BigDecimal.valueOf(1L << 50)),
            Map.entry("Ei", BigDecimal.valueOf(1L << 60)));

    private Quantity() {}

    /**
     * The value in the quantity's own unit (cores or bytes).
     *
     * @throws IllegalArgumentException when it is no quantity
     */
    static BigDecimal parse(String text) {
        String trimmed = text.trim();
        int end = trimmed.length();
        while (end > 0 && Character.isLetter(trimmed.charAt(end - 1))) {
            end--;
        }
        String suffix = trimmed.substring(end);
        BigDecimal factor = FACTORS.get(suffix);
        if (factor == null) {
            return new BigDecimal(trimmed);
        }
        return new BigDecimal(trimmed.substring(0, end)).multiply(factor);
    }

    /** The value divided by a divisor and rounded up, as the downward API gives it. */
    static String divided(BigDecimal value, String divisor) {
        BigDecimal by = divisor.isEmpty() || divisor.equals("0") ? BigDecimal.ONE : parse(divisor);
        return value.divide(by, 0, RoundingMode.CEILING).toBigInteger().toString();
    }
}
