package dev.oxbow.egress;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;

/** Turns a name into addresses; asked exactly once per request. */
@FunctionalInterface
interface Resolver {
    List<InetAddress> resolve(String name) throws UnknownHostException;
}
