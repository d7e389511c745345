package dev.relevo.config;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/** Finds what somebody probably meant. */
public final class Nearest {
    private Nearest() {}

    /** The candidate nearest to the text by Damerau's optimal string alignment, when it is near enough to be a slip. */
    public static Optional<String> to(String text, Collection<String> candidates) {
        int tolerated = Math.max(1, text.length() / 3);
        return candidates.stream()
                .filter(candidate -> distance(text, candidate) <= tolerated)
                .min(Comparator.<String>comparingInt(candidate -> distance(text, candidate))
                        .thenComparing(Comparator.naturalOrder()));
    }

    /** The end of a message: {@code ; did you mean [x]?}, or nothing. */
    public static String suggestion(String text, Collection<String> candidates) {
        return to(text, candidates)
                .map(candidate -> "; did you mean [" + candidate + "]?")
                .orElse("");
    }

    private static int distance(String left, String right) {
        String a = left.toLowerCase(Locale.ROOT).replace("-", "").replace("_", "");
        String b = right.toLowerCase(Locale.ROOT).replace("-", "").replace("_", "");
        int[][] cost = new int[a.length() + 1][b.length() + 1];
        for (int i = 0; i <= a.length(); i++) {
            for (int j = 0; j <= b.length(); j++) {
                if (i == 0 || j == 0) {
                    cost[i][j] = i + j;
                    continue;
                }
                int change = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
                int best = Math.min(cost[i - 1][j - 1] + change, Math.min(cost[i - 1][j], cost[i][j - 1]) + 1);
                boolean swapped =
                        i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1);
                cost[i][j] = swapped ? Math.min(best, cost[i - 2][j - 2] + 1) : best;
            }
        }
        return cost[a.length()][b.length()];
    }
}
