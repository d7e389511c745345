package dev.relevo.page;

import java.util.ArrayList;
import java.util.List;

/**
 * A drawing over the time of a step. Everything is said by attributes of SVG and in the colour of the text, so that it can be
 * read without style sheets, on light and dark ground, and printed without colours.
 */
final class Plot {
    private static final double WIDTH = 640;
    private static final double LEFT = 56;
    private static final double RIGHT = 12;
    private static final double TOP = 22;
    private static final double HEIGHT = 130;
    private static final int TICKS = 4;

    private final Html html;
    private final double seconds;
    private final double most;

    /**
     * @param seconds the width of the drawing
     * @param most percent at its top
     */
    private Plot(Html html, double seconds, double most) {
        this.html = html;
        this.seconds = seconds;
        this.most = most;
    }

    /**
     * Begins one.
     *
     * @param id unique on the page
     * @param title what is seen, in words
     */
    static Plot begin(Html html, String id, String title, double seconds, double most) {
        Plot plot = new Plot(html, Math.max(seconds, 0.001), most);
        html.open("div", "class", "plot", "role", "group", "aria-labelledby", id, "tabindex", "0");
        html.open(
                "svg",
                "viewBox",
                "0 0 640 190",
                "width",
                "100%",
                "role",
                "img",
                "aria-labelledby",
                id,
                "fill",
                "currentColor",
                "font-family",
                "sans-serif",
                "font-size",
                "13");
        html.open("title", "id", id).text(title).raw("</title>");
        html.raw("<defs>");
        html.open(
                        "pattern",
                        "id",
                        id + "-hatch",
                        "width",
                        "8",
                        "height",
                        "8",
                        "patternUnits",
                        "userSpaceOnUse",
                        "patternTransform",
                        "rotate(45)")
                .shape("rect", "width", "2", "height", "8", "fill", "currentColor", "fill-opacity", "0.45");
        html.raw("</pattern></defs>");
        plot.axes();
        return plot;
    }

    private void axes() {
        for (int i = 0; i <= 2; i++) {
            double percent = most * i / 2;
            line(LEFT, y(percent), WIDTH - RIGHT, y(percent), i == 0 ? "0.8" : "0.25", "");
            label(LEFT - 6, y(percent) + 4, Words.percent(percent), "end");
        }
        for (int i = 0; i <= TICKS; i++) {
            double at = seconds * i / TICKS;
            line(x(at), y(0), x(at), y(0) + 5, "0.8", "");
            label(x(at), y(0) + 19, Words.seconds(at), i == 0 ? "start" : i == TICKS ? "end" : "middle");
        }
    }

    /** A share that held from one moment to another. */
    void held(double from, double until, double percent) {
        area(from, until, percent, 1, "fill-opacity", "0.12", "class", "area");
        html.shape(
                "path",
                "d",
                "M" + Words.decimal(x(from)) + " " + Words.decimal(y(percent)) + "H"
                        + Words.decimal(Math.max(x(from) + 1, x(until))),
                "stroke",
                "currentColor",
                "stroke-width",
                "3",
                "fill",
                "none",
                "class",
                "share");
        if (x(until) - x(from) > 44) {
            double above = percent > 85 ? y(percent) + 16 : y(percent) - 6;
            label((x(from) + x(until)) / 2, above, Words.percent(percent), "middle");
        }
    }

    /** The value jumps. */
    void jump(double at, double from, double to) {
        line(x(at), y(from), x(at), y(to), "1", "3 2");
    }

    /** Nothing is known of this time. */
    void unknown(String id, double from, double until) {
        area(from, until, most, 2, "fill", "url(#" + id + "-hatch)", "class", "unknown");
        if (x(until) - x(from) > 100) {
            label((x(from) + x(until)) / 2, y(most) - 7, "not measured", "middle");
        }
    }

    /**
     * What lies below a value.
     *
     * @param least how wide it is at least
     */
    private void area(double from, double until, double percent, double least, String... look) {
        List<String> attributes = new ArrayList<>(List.of(
                "x",
                Words.decimal(x(from)),
                "y",
                Words.decimal(y(percent)),
                "width",
                Words.decimal(Math.max(least, x(until) - x(from))),
                "height",
                Words.decimal(y(0) - y(percent))));
        attributes.addAll(List.of(look));
        html.shape("rect", attributes.toArray(String[]::new));
    }

    /** A bound that must not be passed. */
    void bound(double percent, String text) {
        line(LEFT, y(percent), WIDTH - RIGHT, y(percent), "1", "7 4");
        label(WIDTH - RIGHT, y(percent) - 5, text, "end");
    }

    /** A measured value: a disc when it is within its bound, a cross when it is not. */
    void reading(double at, double percent, boolean good) {
        double x = x(at);
        double y = y(Math.min(percent, most));
        if (good) {
            html.shape("circle", "cx", Words.decimal(x), "cy", Words.decimal(y), "r", "4", "class", "good");
        } else {
            cross(x, y);
        }
    }

    /** An answer, below the line of 0: a disc or a cross. */
    void answer(double at, boolean good) {
        double x = x(at);
        if (good) {
            html.shape("circle", "cx", Words.decimal(x), "cy", Words.decimal(y(0)), "r", "4", "class", "good");
        } else {
            cross(x, y(0));
        }
    }

    private void cross(double x, double y) {
        html.shape(
                "path",
                "d",
                "M" + Words.decimal(x - 5) + " " + Words.decimal(y - 5) + "l10 10m0 -10l-10 10",
                "stroke",
                "currentColor",
                "stroke-width",
                "3",
                "fill",
                "none",
                "class",
                "bad");
    }

    /** From one measured value to the next. */
    void between(double from, double fromPercent, double until, double untilPercent) {
        line(x(from), y(Math.min(fromPercent, most)), x(until), y(Math.min(untilPercent, most)), "0.7", "");
    }

    /** Something went wrong at this moment. */
    void failed(double at) {
        line(x(at), y(most) - 4, x(at), y(0), "1", "2 3");
        label(x(at), y(most) - 8, "✘ failed", x(at) > WIDTH - 60 ? "end" : x(at) < LEFT + 40 ? "start" : "middle");
    }

    void end() {
        html.close("svg").close("div");
    }

    private void line(double x1, double y1, double x2, double y2, String opacity, String dashes) {
        html.shape(
                "path",
                "d",
                "M" + Words.decimal(x1) + " " + Words.decimal(y1) + "L" + Words.decimal(x2) + " " + Words.decimal(y2),
                "stroke",
                "currentColor",
                "stroke-opacity",
                opacity,
                "fill",
                "none",
                "stroke-dasharray",
                dashes.isEmpty() ? "none" : dashes);
    }

    private void label(double x, double y, String text, String anchor) {
        html.open("text", "x", Words.decimal(x), "y", Words.decimal(y), "text-anchor", anchor)
                .text(text)
                .raw("</text>");
    }

    private double x(double at) {
        return LEFT + (WIDTH - LEFT - RIGHT) * Math.min(1, Math.max(0, at / seconds));
    }

    private double y(double percent) {
        return TOP + HEIGHT * (1 - percent / most);
    }
}
