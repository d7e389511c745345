package dev.relevo.cli.console;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Columns of text, as wide as they must be, or within the width of a terminal. */
public final class Table {
    private static final int GAP = 2;
    private static final int NARROWEST = 12;

    private final List<List<String>> rows = new ArrayList<>();

    public Table(String... header) {
        rows.add(List.of(header));
    }

    public Table row(String... cells) {
        rows.add(List.of(cells));
        return this;
    }

    /** The header and every row; no blanks at the ends. */
    public List<String> lines() {
        return lines(Integer.MAX_VALUE);
    }

    /**
     * The same within a width: the widest columns become narrower, and what does not fit into one goes on below.
     *
     * @param width of a line in characters
     */
    public List<String> lines(int width) {
        int[] widths = fitted(width);
        List<String> lines = new ArrayList<>();
        for (List<String> row : rows) {
            List<List<String>> cells = new ArrayList<>();
            for (int i = 0; i < row.size(); i++) {
                cells.add(wrapped(row.get(i), widths[i]));
            }
            int height = cells.stream().mapToInt(List::size).max().orElse(0);
            for (int at = 0; at < height; at++) {
                lines.add(line(cells, at, widths));
            }
        }
        return lines;
    }

    private static String line(List<List<String>> cells, int at, int[] widths) {
        StringBuilder line = new StringBuilder();
        for (int i = 0; i < cells.size(); i++) {
            String part = at < cells.get(i).size() ? cells.get(i).get(at) : "";
            line.append(part).append(" ".repeat(widths[i] - part.length() + GAP));
        }
        return line.toString().stripTrailing();
    }

    private int[] fitted(int width) {
        int[] widths = new int[rows.get(0).size()];
        for (List<String> row : rows) {
            for (int i = 0; i < row.size(); i++) {
                widths[i] = Math.max(widths[i], row.get(i).length());
            }
        }
        long tooMuch = Arrays.stream(widths).asLongStream().sum() + (long) GAP * (widths.length - 1) - width;
        while (tooMuch > 0) {
            int widest = 0;
            for (int i = 1; i < widths.length; i++) {
                widest = widths[i] > widths[widest] ? i : widest;
            }
            if (widths[widest] <= NARROWEST) {
                break;
            }
            widths[widest]--;
            tooMuch--;
        }
        return widths;
    }

    private static List<String> wrapped(String cell, int width) {
        List<String> parts = new ArrayList<>();
        String rest = cell;
        while (rest.length() > width) {
            int end = breakAt(rest, width);
            parts.add(rest.substring(0, end).stripTrailing());
            rest = rest.substring(end).stripLeading();
        }
        parts.add(rest);
        return parts;
    }

    /** Behind the last blank, comma or slash that fits, so that words stay whole where they can. */
    private static int breakAt(String text, int width) {
        for (int end = width; end > width / 2; end--) {
            if (" ,/".indexOf(text.charAt(end - 1)) >= 0) {
                return end;
            }
        }
        return width;
    }
}
