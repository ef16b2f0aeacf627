package dev.oxbow.testing;

import dev.oxbow.base.OxException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;

/**
 * Runs the model server by itself: {@code ModelServerMain SCRIPT.json [PORT]}. Prints one line per
 * protocol with its base URL, then serves until it is killed.
 */
public final class ModelServerMain {
    private ModelServerMain() {}

    /** Exit codes: 64 for a wrong call or script. */
    public static void main(String[] args) throws InterruptedException {
        if (args.length < 1 || args.length > 2) {
            System.err.println("usage: ModelServerMain SCRIPT.json [PORT]");
            System.exit(64);
        }
        try {
            int port = args.length == 2 ? Integer.parseInt(args[1]) : 0;
            ModelServer server =
                    ModelServer.start(Script.load(Path.of(args[0])), port, Optional.empty());
            Runtime.getRuntime().addShutdownHook(new Thread(server::close, "model-server-stop"));
            for (Protocol protocol : Protocol.values()) {
                System.out.println(protocol + " " + server.baseUrl(protocol));
            }
            System.out.flush();
            new CountDownLatch(1).await();
        } catch (OxException e) {
            System.err.println(e.getMessage());
            System.exit(e.code().exitCode());
        } catch (NumberFormatException e) {
            System.err.println("the port must be a number");
            System.exit(64);
        }
    }
}
