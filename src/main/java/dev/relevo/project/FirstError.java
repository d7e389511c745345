package dev.relevo.project;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Finds, in what a build or test tool prints, the line that says why it failed. A compiler's message with a place beats an
 * error without one, and that one beats what tools say about their own end; among equals the first, since later ones are
 * mostly its consequences.
 */
final class FirstError {
    private static final int LONGEST = 300;

    /** The best rank: a message that names file and line. */
    private static final int PLACED = 0;

    /** The worst rank: the tool only says that something failed. */
    private static final int LAST_RESORT = 3;

    /** Forms of a message with file, line and words, by the tool that prints them. */
    private static final List<Pattern> PLACES = List.of(
            // Maven: [ERROR] /p/src/main/java/Main.java:[3,22] cannot find symbol
            Pattern.compile("^\\[ERROR]\\s+(?<file>\\S.*?\\.\\w+):\\[(?<line>\\d+),\\d+]\\s*(?:error: )?(?<words>.+)"),
            // javac, Gradle, gcc, clang: /p/Main.java:3: error: cannot find symbol
            Pattern.compile("^(?<file>\\S.*?\\.\\w+):(?<line>\\d+)(?::\\d+)?:\\s+(?:fatal )?error:\\s+(?<words>.+)"),
            // kotlinc: e: file:///p/Main.kt:3:5 Unresolved reference, or e: /p/Main.kt: (3, 5): Unresolved reference
            Pattern.compile(
                    "^e: (?:file://)?(?<file>/.*?\\.kts?):\\s?\\(?(?<line>\\d+)(?::|, )\\d+\\)?:?\\s+(?<words>.+)"),
            // tsc: src/a.ts(3,5): error TS2304: Cannot find name 'x'
            Pattern.compile(
                    "^(?<file>\\S.*?\\.[cm]?tsx?)[(:](?<line>\\d+)[,:]\\d+\\)?:?\\s+(?:- )?error (?<words>TS\\d+: .+)"));

    /** Errors without a place; the words are those of the group. */
    private static final List<Pattern> NAMED = List.of(
            // Python as pytest shows it; Python, Node and buildah bare. Names with dots are Java's, and mostly a log's.
            Pattern.compile("^E\\s+(?<words>[\\w.]*(?:Error|Exception): .+)"),
            Pattern.compile("^(?<words>\\w*(?:Error|Exception)(?: \\[\\w+])?: .+)"));

    private static final List<Pattern> TOLD = List.of(
            Pattern.compile("^\\[ERROR]\\s+(?<words>\\S.*)"),
            Pattern.compile("^npm (?:ERR!|error) (?<words>Missing script.*)"),
            Pattern.compile("^e: (?<words>.+)"),
            Pattern.compile("(?i)^(?:error|fatal): (?<words>.+)"));

    private static final List<Pattern> ENDS = List.of(
            Pattern.compile("^npm (?:ERR!|error) (?<words>(?!code |errno |path |command |A complete log|\\s).+)"),
            Pattern.compile("(?i)^\\W{0,3}(?<words>\\w*(?:error|failed|fatal)\\b.*)"));

    /** Lines in which Maven says that it failed, without saying why. */
    private static final Pattern ANNOUNCEMENT = Pattern.compile(
            "^\\[ERROR]\\s+(?:COMPILATION ERROR|BUILD FAILURE|There are test failures|-> \\[Help|\\[Help).*");

    private static final Pattern SYMBOL = Pattern.compile("^(?:\\[ERROR])?\\s+symbol:\\s+(?<symbol>.+)");
    private static final Pattern GRADLE_REASON = Pattern.compile("^\\* What went wrong:$");

    private final String root;
    private int rank = LAST_RESORT + 1;
    private String words = "";
    private boolean symbolMayFollow;
    private boolean reasonFollows;

    /** @param directory of the tool; files in it are named relative to it */
    FirstError(Path directory) {
        this.root = directory.toAbsolutePath().normalize() + "/";
    }

    /** Reads the next line, which has no terminal codes. */
    void read(String line) {
        if (symbolMayFollow && rank == PLACED) {
            Matcher symbol = SYMBOL.matcher(line);
            if (symbol.matches()) {
                words += ": " + symbol.group("symbol").replaceAll("\\s+", " ");
                symbolMayFollow = false;
                return;
            }
        }
        if (rank == PLACED || ANNOUNCEMENT.matcher(line).matches()) {
            return;
        }
        if (reasonFollows && !line.isBlank()) {
            reasonFollows = false;
            take(1, line.strip());
            return;
        }
        if (GRADLE_REASON.matcher(line).matches()) {
            reasonFollows = true;
            return;
        }
        place(line);
        first(NAMED, line, 1);
        first(TOLD, line, 2);
        first(ENDS, line, LAST_RESORT);
    }

    /** The line that says it best; empty when none looks like an error. */
    Optional<String> found() {
        return Optional.of(words).filter(text -> !text.isEmpty());
    }

    private void place(String line) {
        for (Pattern form : PLACES) {
            Matcher place = form.matcher(line);
            if (place.matches()) {
                String said = place.group("words").strip();
                take(PLACED, relative(place.group("file")) + ":" + place.group("line") + ": " + said);
                symbolMayFollow = said.equals("cannot find symbol");
                return;
            }
        }
    }

    private void first(List<Pattern> forms, String line, int ofRank) {
        if (rank <= ofRank) {
            return;
        }
        for (Pattern form : forms) {
            Matcher error = form.matcher(line);
            if (error.matches()) {
                take(
                        ofRank,
                        error.group("words")
                                .replaceFirst("\\s*-> \\[Help \\d+]$", "")
                                .strip());
                return;
            }
        }
    }

    private void take(int ofRank, String text) {
        if (ofRank < rank) {
            rank = ofRank;
            words = text.length() <= LONGEST ? text : text.substring(0, LONGEST) + "…";
        }
    }

    private String relative(String file) {
        return file.startsWith(root) ? file.substring(root.length()) : file;
    }
}
