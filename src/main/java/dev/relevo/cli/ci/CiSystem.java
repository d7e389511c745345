package dev.relevo.cli.ci;

import java.util.List;

/**
 * The language of a CI system: commands are lines of the log that it carries out instead of showing them. Each method gives the
 * lines to print, none where the system has no such thing.
 */
public interface CiSystem {
    /** Begins a group of lines that a reader can fold. */
    default List<String> groupStart(String title) {
        return List.of();
    }

    /** Ends the group. */
    default List<String> groupEnd() {
        return List.of();
    }

    /** From here on no line is a command, until {@link #foreignEnd()}. */
    default List<String> foreignStart() {
        return List.of();
    }

    /** From here on lines are commands again. */
    default List<String> foreignEnd() {
        return List.of();
    }

    /** The line so that it is shown and not carried out, whatever is in it. */
    default String shown(String line) {
        return line;
    }

    default List<String> error(Notice notice) {
        return List.of();
    }

    default List<String> warning(Notice notice) {
        return List.of();
    }

    /** Has a value masked in whatever is printed from here on. None when nobody listens who would take the line itself away. */
    default List<String> secret(String value) {
        return List.of();
    }

    /** Hands a value to later steps and jobs. What goes to a file is in it afterwards. */
    default List<String> output(String name, String value) {
        return List.of();
    }

    /**
     * Puts text on the page of the run. What goes to a file is in it afterwards.
     *
     * @param markdown ends with a newline
     */
    default List<String> summary(String markdown) {
        return List.of();
    }
}
