package dev.relevo.report;

import java.util.regex.Pattern;

/**
 * What programs print for a terminal beside the text: colours, cursor movements, titles and links (ECMA-48 control
 * sequences). In logs, summaries and files they are noise.
 */
public final class TerminalCodes {
    private static final Pattern CODES =
            Pattern.compile("\\u001b(?:\\[[0-?]*[ -/]*[@-~]|\\][^\\u0007\\u001b]*(?:\\u0007|\\u001b\\\\)|[@-Z\\\\^_])");

    private TerminalCodes() {}

    /** The line as a person would have read it. */
    public static String without(String line) {
        return line.indexOf('\u001b') < 0 ? line : CODES.matcher(line).replaceAll("");
    }
}
