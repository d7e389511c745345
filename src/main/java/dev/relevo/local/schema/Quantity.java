package dev.relevo.local.schema;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Amounts with the suffixes of Kubernetes, e.g. {@code 100m} or {@code 64Mi}. */
final class Quantity {
    private static final Pattern FORM = Pattern.compile("([+-]?[0-9.]+)([a-zA-Z]*)([+-]?[0-9]*)");
    private static final Map<String, BigDecimal> DECIMAL = Map.of(
            "", BigDecimal.ONE,
            "n", new BigDecimal("1e-9"),
            "u", new BigDecimal("1e-6"),
            "m", new BigDecimal("1e-3"),
            "k", new BigDecimal("1e3"),
            "M", new BigDecimal("1e6"),
            "G", new BigDecimal("1e9"),
            "T", new BigDecimal("1e12"),
            "P", new BigDecimal("1e15"),
            "E", new BigDecimal("1e18"));
    private static final String BINARY = "KMGTPE";

    private Quantity() {}

    /** Whether both are amounts and the first is the greater one. */
    static boolean exceeds(JsonNode left, JsonNode right) {
        Optional<BigDecimal> a = parse(left.asText());
        Optional<BigDecimal> b = parse(right.asText());
        return a.isPresent() && b.isPresent() && a.get().compareTo(b.get()) > 0;
    }

    static Optional<BigDecimal> parse(String text) {
        Matcher form = FORM.matcher(text);
        if (!form.matches()) {
            return Optional.empty();
        }
        try {
            BigDecimal number = new BigDecimal(form.group(1));
            String suffix = form.group(2);
            if (!form.group(3).isEmpty() && suffix.equalsIgnoreCase("e")) {
                return Optional.of(number.scaleByPowerOfTen(Integer.parseInt(form.group(3))));
            }
            if (suffix.length() == 2 && suffix.endsWith("i") && BINARY.indexOf(suffix.charAt(0)) >= 0) {
                int power = BINARY.indexOf(suffix.charAt(0)) + 1;
                return Optional.of(number.multiply(BigDecimal.valueOf(1024).pow(power)));
            }
            return Optional.ofNullable(DECIMAL.get(suffix)).map(number::multiply);
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }
}
