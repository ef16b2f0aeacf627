package dev.oxbow.sandbox.kit;

import org.junit.jupiter.api.Nested;

/**
 * The whole kit for one provider.
 *
 * <pre>{@code
 * class MyProviderKitTest extends SandboxProviderContract {
 *     private static final MyProviderUnderTest SUBJECT = new MyProviderUnderTest();
 *
 *     @Override
 *     protected ProviderUnderTest subject() {
 *         return SUBJECT;
 *     }
 * }
 * }</pre>
 */
public abstract class SandboxProviderContract {
    /** For subclasses. */
    protected SandboxProviderContract() {}

    /** The provider to examine; the same object for the whole suite. */
    protected abstract ProviderUnderTest subject();

    @Nested
    class Capabilities extends CapabilityContract {
        @Override
        protected ProviderUnderTest subject() {
            return SandboxProviderContract.this.subject();
        }
    }

    @Nested
    class Lifecycle extends LifecycleContract {
        @Override
        protected ProviderUnderTest subject() {
            return SandboxProviderContract.this.subject();
        }
    }

    @Nested
    class Exec extends ExecContract {
        @Override
        protected ProviderUnderTest subject() {
            return SandboxProviderContract.this.subject();
        }
    }

    @Nested
    class Output extends OutputContract {
        @Override
        protected ProviderUnderTest subject() {
            return SandboxProviderContract.this.subject();
        }
    }

    @Nested
    class Files extends FilesContract {
        @Override
        protected ProviderUnderTest subject() {
            return SandboxProviderContract.this.subject();
        }
    }

    @Nested
    class Watch extends WatchContract {
        @Override
        protected ProviderUnderTest subject() {
            return SandboxProviderContract.this.subject();
        }
    }

    @Nested
    class NetworkPhases extends NetworkPhaseContract {
        @Override
        protected ProviderUnderTest subject() {
            return SandboxProviderContract.this.subject();
        }
    }

    @Nested
    class Input extends InputContract {
        @Override
        protected ProviderUnderTest subject() {
            return SandboxProviderContract.this.subject();
        }
    }

    @Nested
    class Signals extends SignalContract {
        @Override
        protected ProviderUnderTest subject() {
            return SandboxProviderContract.this.subject();
        }
    }

    @Nested
    class Memory extends MemoryContract {
        @Override
        protected ProviderUnderTest subject() {
            return SandboxProviderContract.this.subject();
        }
    }

    @Nested
    class Terminals extends TerminalContract {
        @Override
        protected ProviderUnderTest subject() {
            return SandboxProviderContract.this.subject();
        }
    }

    @Nested
    class TerminalReplay extends TerminalReplayContract {
        @Override
        protected ProviderUnderTest subject() {
            return SandboxProviderContract.this.subject();
        }
    }

    @Nested
    class Network extends NetworkContract {
        @Override
        protected ProviderUnderTest subject() {
            return SandboxProviderContract.this.subject();
        }
    }

    @Nested
    class Recovery extends RecoveryContract {
        @Override
        protected ProviderUnderTest subject() {
            return SandboxProviderContract.this.subject();
        }
    }

    @Nested
    class Limits extends LimitsContract {
        @Override
        protected ProviderUnderTest subject() {
            return SandboxProviderContract.this.subject();
        }
    }

    @Nested
    class Isolation extends IsolationContract {
        @Override
        protected ProviderUnderTest subject() {
            return SandboxProviderContract.this.subject();
        }
    }

    @Nested
    class Checkpoints extends CheckpointContract {
        @Override
        protected ProviderUnderTest subject() {
            return SandboxProviderContract.this.subject();
        }
    }

    @Nested
    class CheckpointContent extends CheckpointContentContract {
        @Override
        protected ProviderUnderTest subject() {
            return SandboxProviderContract.this.subject();
        }
    }

    @Nested
    class CheckpointModel extends CheckpointModelContract {
        @Override
        protected ProviderUnderTest subject() {
            return SandboxProviderContract.this.subject();
        }
    }

    @Nested
    class Parking extends ParkingContract {
        @Override
        protected ProviderUnderTest subject() {
            return SandboxProviderContract.this.subject();
        }
    }

    @Nested
    class Lifetimes extends LifetimeContract {
        @Override
        protected ProviderUnderTest subject() {
            return SandboxProviderContract.this.subject();
        }
    }

    @Nested
    class Escapes extends EscapeContract {
        @Override
        protected ProviderUnderTest subject() {
            return SandboxProviderContract.this.subject();
        }
    }

    @Nested
    class Faults extends FaultContract {
        @Override
        protected ProviderUnderTest subject() {
            return SandboxProviderContract.this.subject();
        }
    }
}
