package dev.relevo.deploy.lock;

import dev.relevo.deploy.release.DeployError;
import dev.relevo.report.Problem;
import dev.relevo.report.RelevoException;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/** What a running deploy hears from outside, and what it lets others know. */
public interface Steering {
    /** Nobody is listened to: for bringing things back. */
    Steering NONE = new Steering() {
        @Override
        public Optional<Ask> asked() {
            return Optional.empty();
        }

        @Override
        public void tell(Optional<String> waitsFor) {
            // Nobody asked, so nobody is told.
        }
    };

    /** From now on it matters that what is asked is heard at once. */
    default void listen() {}

    /** What is asked at the moment. */
    Optional<Ask> asked();

    /** Lets others know what is waited for; empty when it goes on. */
    void tell(Optional<String> waitsFor);

    /**
     * Ends the deploy when somebody has asked for that.
     *
     * @throws RelevoException with {@link DeployError#ABORTED}, naming who
     */
    default void check() {
        asked().filter(ask -> ask.wish() == Ask.Wish.ABORT).ifPresent(ask -> {
            throw Problem.of(
                            DeployError.ABORTED,
                            "The deploy was aborted by " + ask.by() + " at "
                                    + ask.at().truncatedTo(ChronoUnit.SECONDS))
                    .asException();
        });
    }

    /** Whether somebody wants it to go on without waiting for people. */
    default boolean promoted() {
        return asked().filter(Ask::promotes).isPresent();
    }
}
