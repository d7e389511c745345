package dev.relevo.cli.command;

import dev.relevo.cli.console.CalledAs;
import dev.relevo.report.Problem;
import java.util.Locale;

/**
 * One thing that doctor looked at.
 *
 * @param name what
 * @param state how it is
 * @param found what is there, or what is wrong
 * @param remedy what to do, empty when there is nothing to do
 */
record Check(String name, State state, String found, String remedy) {
    /** How it is. A note stops nothing that this project does by default. */
    enum State {
        OK,
        NOTE,
        PROBLEM;

        String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    static Check ok(String name, String found) {
        return new Check(name, State.OK, found, "");
    }

    static Check note(String name, String found) {
        return new Check(name, State.NOTE, found, "");
    }

    static Check problem(String name, String found, String remedy) {
        return new Check(name, State.PROBLEM, found, remedy);
    }

    static Check problem(String name, Problem problem) {
        return problem(name, problem.summary(), problem.remedy().orElse(""));
    }

    /** The same with every command in it as the user must type it. */
    Check calledAs(CalledAs called) {
        return new Check(name, state, called.in(found), called.in(remedy));
    }
}
