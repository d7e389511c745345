package dev.relevo.page;

import dev.relevo.report.TerminalCodes;
import java.util.function.UnaryOperator;

/** HTML in the making. Text gets in through one place only, which masks secrets first and then escapes. */
final class Html {
    private final StringBuilder text = new StringBuilder();
    private final UnaryOperator<String> masked;

    /** @param masked the text without secrets */
    Html(UnaryOperator<String> masked) {
        this.masked = masked;
    }

    /** Opens an element. @param attributes names and values in turn */
    Html open(String element, String... attributes) {
        text.append('<').append(element);
        for (int i = 0; i + 1 < attributes.length; i += 2) {
            text.append(' ')
                    .append(attributes[i])
                    .append("=\"")
                    .append(safe(attributes[i + 1]))
                    .append('"');
        }
        text.append('>');
        return this;
    }

    Html close(String element) {
        text.append("</").append(element).append(">\n");
        return this;
    }

    /** An element that never has content. */
    Html empty(String element, String... attributes) {
        return open(element, attributes);
    }

    /** A shape of a drawing, which has no content. */
    Html shape(String element, String... attributes) {
        return open(element, attributes).raw("</" + element + ">");
    }

    /** An element with text in it. */
    Html element(String element, String content, String... attributes) {
        return open(element, attributes).text(content).close(element);
    }

    /** Text that anybody may have written. */
    Html text(String content) {
        text.append(safe(content));
        return this;
    }

    /** What is HTML already and of our own making. */
    Html raw(String html) {
        text.append(html);
        return this;
    }

    private String safe(String content) {
        String shown = masked.apply(TerminalCodes.without(content));
        StringBuilder safe = new StringBuilder(shown.length() + 16);
        shown.codePoints().forEach(sign -> escape(sign, safe));
        return safe.toString();
    }

    private static void escape(int sign, StringBuilder to) {
        switch (sign) {
            case '&' -> to.append("&amp;");
            case '<' -> to.append("&lt;");
            case '>' -> to.append("&gt;");
            case '"' -> to.append("&quot;");
            case '\'' -> to.append("&#39;");
            default -> to.appendCodePoint(shown(sign) ? sign : 0xFFFD);
        }
    }

    /** Not allowed in HTML are most controls and half characters; marks of direction could turn what is read around. */
    private static boolean shown(int sign) {
        if (sign == '\n' || sign == '\t' || sign == '\r') {
            return true;
        }
        boolean turns = (sign >= 0x202A && sign <= 0x202E) || (sign >= 0x2066 && sign <= 0x2069);
        boolean none = (sign & 0xFFFE) == 0xFFFE || (sign >= 0xFDD0 && sign <= 0xFDEF);
        return !turns && !none && !Character.isISOControl(sign) && Character.getType(sign) != Character.SURROGATE;
    }

    @Override
    public String toString() {
        return text.toString();
    }
}
