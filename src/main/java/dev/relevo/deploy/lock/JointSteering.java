package dev.relevo.deploy.lock;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** What is asked of one of several deploys that go together is asked of all of them, and what one waits for, all wait for. */
public record JointSteering(List<Steering> all) implements Steering {
    /** Where several things are asked, the first of these counts. */
    private static final List<Ask.Wish> STRONGEST =
            List.of(Ask.Wish.ABORT, Ask.Wish.PAUSE, Ask.Wish.PROMOTE_WHOLLY, Ask.Wish.PROMOTE);

    public JointSteering {
        all = List.copyOf(all);
    }

    @Override
    public void listen() {
        all.forEach(Steering::listen);
    }

    @Override
    public Optional<Ask> asked() {
        return all.stream()
                .flatMap(one -> one.asked().stream())
                .min(Comparator.comparingInt(ask -> STRONGEST.indexOf(ask.wish())));
    }

    @Override
    public void tell(Optional<String> waitsFor) {
        all.forEach(one -> one.tell(waitsFor));
    }
}
