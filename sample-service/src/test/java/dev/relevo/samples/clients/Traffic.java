package dev.relevo.samples.clients;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

/**
 * Steady requests over kept-alive connections to those services that are ready, as a load balancer sends them: it asks each
 * for its readiness ten times a second and is therefore always a little late. It adds clients by POST, which Java's HTTP
 * client never repeats by itself, so that a request that got lost shows.
 */
final class Traffic implements AutoCloseable {
    private static final int SENDERS = 4;
    private static final long PAUSE_MILLIS = 5;
    private static final long PROBE_MILLIS = 100;

    private final List<ServiceProcess> services;
    private final Map<ServiceProcess, LongAdder> answered = new ConcurrentHashMap<>();
    private final Queue<String> failures = new ConcurrentLinkedQueue<>();
    private final List<Thread> threads = new ArrayList<>();
    private volatile List<ServiceProcess> ready;
    private volatile boolean running = true;

    private Traffic(List<ServiceProcess> services) {
        this.services = services;
        this.ready = services;
        services.forEach(each -> answered.put(each, new LongAdder()));
    }

    static Traffic over(List<ServiceProcess> services) {
        Traffic traffic = new Traffic(services);
        traffic.threads.add(new Thread(traffic::probe, "probe"));
        for (int i = 0; i < SENDERS; i++) {
            traffic.threads.add(new Thread(traffic::send, "sender-" + i));
        }
        traffic.threads.forEach(Thread::start);
        return traffic;
    }

    long answeredBy(ServiceProcess service) {
        return answered.get(service).sum();
    }

    long answered() {
        return answered.values().stream().mapToLong(LongAdder::sum).sum();
    }

    List<String> failures() {
        return List.copyOf(failures);
    }

    private void probe() {
        while (running) {
            pause(PROBE_MILLIS);
            ready = services.stream().filter(each -> each.readiness() == 200).toList();
        }
    }

    private void send() {
        for (int i = 0; running; i++) {
            List<ServiceProcess> targets = ready;
            if (targets.isEmpty()) {
                pause(PAUSE_MILLIS);
                continue;
            }
            ServiceProcess target = targets.get(i % targets.size());
            try {
                int status = target.caller().post("/add?name=Traffic&money=1").status();
                if (status == 201) {
                    answered.get(target).increment();
                } else {
                    failures.add("status " + status);
                }
            } catch (IOException e) {
                failures.add(e.toString());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
            pause(PAUSE_MILLIS);
        }
    }

    private static void pause(long millis) {
        try {
            TimeUnit.MILLISECONDS.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() throws InterruptedException {
        running = false;
        for (Thread thread : threads) {
            thread.join();
        }
    }
}
