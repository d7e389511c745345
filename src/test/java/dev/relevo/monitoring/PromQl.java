package dev.relevo.monitoring;

import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a test must know of a PromQL expression that promtool does not tell: the metrics it names. */
final class PromQl {
    private static final Pattern STRINGS = Pattern.compile("\"(?:[^\"\\\\]|\\\\.)*\"|'(?:[^'\\\\]|\\\\.)*'");
    private static final Pattern MATCHERS = Pattern.compile("\\{[^}]*}");
    private static final Pattern RANGES = Pattern.compile("\\[[^]]*]");
    private static final Pattern GROUPING =
            Pattern.compile("\\b(?:by|without|on|ignoring|group_left|group_right)\\s*\\([^)]*\\)");
    private static final Pattern NAMES = Pattern.compile("(?<![\\w:.])[a-zA-Z_:][\\w:]*(?!\\s*\\()(?![\\w:])");
    private static final Set<String> KEYWORDS =
            Set.of("and", "or", "unless", "bool", "offset", "by", "without", "on", "group_left", "group_right");

    private PromQl() {}

    /** The names of the metrics of a valid expression without variables. */
    static Set<String> metrics(String expression) {
        String bare = STRINGS.matcher(expression).replaceAll("\"\"");
        for (Pattern noise : new Pattern[] {MATCHERS, RANGES, GROUPING}) {
            bare = noise.matcher(bare).replaceAll(" ");
        }
        Set<String> names = new TreeSet<>();
        Matcher name = NAMES.matcher(bare);
        while (name.find()) {
            if (!KEYWORDS.contains(name.group())) {
                names.add(name.group());
            }
        }
        return names;
    }

    /** The expression as Grafana sends it, with some value in the place of each variable. */
    static String withValues(String expression) {
        return expression
                .replace("$__rate_interval", "5m")
                .replace("$__range_s", "3600")
                .replace("$__range", "1h")
                .replace("$__from", "0")
                .replaceAll("\\$[a-z_]+", "x");
    }
}
