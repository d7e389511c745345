package dev.relevo.deploy;

import dev.relevo.cluster.Cluster;
import dev.relevo.deploy.lock.Pace;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import java.util.function.Consumer;

/**
 * Several deployers at once on one simulated cluster, each in a thread of its own. Their calls come in whatever order the threads
 * run; time passes only while all of them wait, so that hours take no time and nobody is late because the machine is slow.
 */
public final class Crowd {
    private static final Duration STEP = Duration.ofSeconds(1);

    private final SimulatedCluster cluster;
    private final Object monitor = new Object();
    private final List<Sleeper> asleep = new ArrayList<>();
    private int busy;

    public Crowd(SimulatedCluster cluster) {
        this.cluster = cluster;
    }

    private static final class Sleeper {
        private final Thread who = Thread.currentThread();
        private final Duration until;
        private boolean awake;

        Sleeper(Duration until) {
            this.until = until;
        }
    }

    /** One of the crowd, who begins when all are there. */
    public final class Member<T> {
        private final FutureTask<T> work;
        private final Thread thread;

        private Member(String name, Callable<T> work) {
            this.work = new FutureTask<>(work);
            this.thread = new Thread(this::run, name);
        }

        private void run() {
            try {
                work.run();
            } finally {
                rest();
            }
        }

        private void start() {
            thread.start();
        }

        private void join() throws InterruptedException {
            thread.join();
        }

        /** What came of it. */
        public T get() throws Exception {
            return work.get();
        }

        /** Asks it to stop, as a signal does. */
        public void interrupt() {
            synchronized (monitor) {
                List.copyOf(asleep).stream()
                        .filter(sleeper -> sleeper.who == thread)
                        .forEach(Crowd.this::wake);
                thread.interrupt();
            }
        }
    }

    /** Lets somebody begin. */
    public <T> Member<T> member(String name, Callable<T> work) {
        Member<T> member = new Member<>(name, work);
        synchronized (monitor) {
            busy++;
        }
        return member;
    }

    /** Starts all of them at the same time and waits until they have ended. */
    public void run(List<? extends Member<?>> members) throws InterruptedException {
        members.forEach(Member::start);
        for (Member<?> member : members) {
            member.join();
        }
    }

    /**
     * A member's way into the cluster: one call at a time reaches it.
     *
     * @param written hears of every write, in their order
     */
    public Cluster through(SimulatedClient client, Consumer<String> written) {
        return (Cluster) Proxy.newProxyInstance(
                Cluster.class.getClassLoader(), new Class<?>[] {Cluster.class}, (proxy, method, arguments) -> {
                    synchronized (monitor) {
                        int before = client.writes().size();
                        try {
                            return method.invoke(client, arguments);
                        } catch (InvocationTargetException e) {
                            throw e.getCause();
                        } finally {
                            client.writes().stream().skip(before).forEach(written);
                        }
                    }
                });
    }

    /** Time as the members share it. */
    public Pace pace() {
        Pace alone = cluster.pace();
        return new Pace() {
            @Override
            public Instant now() {
                synchronized (monitor) {
                    return alone.now();
                }
            }

            @Override
            public Duration elapsed() {
                synchronized (monitor) {
                    return alone.elapsed();
                }
            }

            @Override
            public void await(Duration atMost) throws InterruptedException {
                sleep(alone.elapsed(), atMost);
            }

            @Override
            public Repeating every(Duration period, Runnable task) {
                synchronized (monitor) {
                    cluster.onEveryStep(task);
                }
                return () -> {
                    synchronized (monitor) {
                        cluster.noMore(task);
                    }
                };
            }

            @Override
            public void wake() {
                // Time passes as soon as everybody waits, so nobody needs to be woken for a change.
            }
        };
    }

    private void sleep(Duration now, Duration time) throws InterruptedException {
        synchronized (monitor) {
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            Sleeper me = new Sleeper(now.plus(time));
            asleep.add(me);
            rest();
            while (!me.awake) {
                monitor.wait();
            }
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
        }
    }

    /** One fewer is at work; when it was the last one time passes until somebody's wait is over. */
    private void rest() {
        synchronized (monitor) {
            busy--;
            while (busy == 0 && !asleep.isEmpty()) {
                cluster.pass(STEP);
                Duration now = cluster.pace().elapsed();
                List.copyOf(asleep).stream()
                        .filter(sleeper -> sleeper.until.compareTo(now) <= 0)
                        .forEach(this::wake);
            }
        }
    }

    private void wake(Sleeper sleeper) {
        if (asleep.remove(sleeper)) {
            sleeper.awake = true;
            busy++;
            monitor.notifyAll();
        }
    }
}
