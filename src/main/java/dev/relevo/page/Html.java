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

    /**
     * Opens an element.
     *
     * @param attributes names and values in turn
     */
    Html open(String element, String... attributes) {
        text.append('<').append(element);
        for (int i = 0; i + 1 < attributes.length; i += 2) {
            text.append(' ').append(attributes[i]).append("=\"");
            text(attributes[i + 1]);
            text.append('"');
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
        String shown = masked.apply(TerminalCodes.without(content));
        // Most is plain, and the loop over code points is slow in a process that has just begun.
        int plain = 0;
        while (plain < shown.length() && isPlain(shown.charAt(plain))) {
            plain++;
        }
        text.append(shown, 0, plain);
        for (int at = plain; at < shown.length(); at += Character.charCount(shown.codePointAt(at))) {
            escape(shown.codePointAt(at));
        }
        return this;
    }

    /** What is HTML already and of our own making. */
    Html raw(String html) {
        text.append(html);
        return this;
    }

    private static boolean isPlain(char sign) {
        return sign >= ' ' && sign < 0x7F && sign != '&' && sign != '<' && sign != '>' && sign != '"' && sign != '\'';
    }

    private void escape(int sign) {
        switch (sign) {
            case '&' -> text.append("&amp;");
            case '<' -> text.append("&lt;");
            case '>' -> text.append("&gt;");
            case '"' -> text.append("&quot;");
            case '\'' -> text.append("&#39;");
            default -> text.appendCodePoint(shown(sign) ? sign : 0xFFFD);
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
