package dev.relevo.traffic;

import java.util.Locale;

/**
 * How much of the traffic a candidate gets.
 *
 * @param asked percent that the configuration names
 * @param candidate what the candidate counts, e.g. its pods or its weight
 * @param total what candidate and stable count together; 0 when nothing is routed
 */
public record Share(int asked, long candidate, long total) {
    public Share {
        if (candidate < 0 || total < candidate) {
            throw new IllegalArgumentException("A share is a part of a whole, not " + candidate + " of " + total);
        }
    }

    /** The real share in percent. */
    public double percent() {
        return total == 0 ? 0 : 100.0 * candidate / total;
    }

    /** Whether it is what was asked for, to half a percent. */
    public boolean asAsked() {
        return Math.abs(percent() - asked) <= 0.5;
    }

    @Override
    public String toString() {
        if (asAsked()) {
            return asked + " %";
        }
        return String.format(Locale.ROOT, "asked %d %%, real %d of %d = %.0f %%", asked, candidate, total, percent());
    }
}
