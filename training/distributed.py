"""Training in several processes that share each batch: GPUs of one machine, or processors.

Torch starts the processes and tells each its rank; accelerate, inside `finetune`, does the rest.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

import torch
from torch.distributed.elastic.multiprocessing.errors import ChildFailedError
from torch.distributed.launcher.api import LaunchConfig, elastic_launch

from training.errors import TrainingError
from training.finetune import Job, Outcome, Progress, finetune


def finetune_in(processes: int, job: Job, progress: Progress | None = None) -> Outcome:
    """`finetune` by so many processes; one means this one.

    The classifier of the job has the trained weights afterwards. With several processes
    `progress` is not told of single steps. Raises TrainingError when a process fails, and when
    there are fewer GPUs than processes that want one each.
    """
    if processes <= 1:
        return finetune(job, progress)
    if torch.device(job.device).type == "cuda" and processes > torch.cuda.device_count():
        raise TrainingError(
            f"{processes} processes need a GPU each; there are {torch.cuda.device_count()}"
        )
    return in_processes(processes, job)


def in_processes(processes: int, job: Job) -> Outcome:
    """The same by processes of their own, even if it is only one."""
    with tempfile.TemporaryDirectory() as folder:
        result = Path(folder) / "result.pt"
        threads = max(1, torch.get_num_threads() // processes)
        config = LaunchConfig(
            min_nodes=1,
            max_nodes=1,
            nproc_per_node=processes,
            rdzv_backend="c10d",
            rdzv_endpoint="localhost:0",
            max_restarts=0,
            monitor_interval=0.2,
            start_method="spawn",
        )
        handed = folder + "/job.pt"
        torch.save(job, handed)
        try:
            elastic_launch(config, _one_process)(handed, str(result), threads)
        except ChildFailedError as error:
            raise TrainingError(f"a process of the training failed: {error}") from error
        weights, outcome = torch.load(result, weights_only=False)
    job.classifier.load_state_dict(weights)
    job.classifier.to(torch.device(job.device)).eval()
    done: Outcome = outcome
    return done


def _one_process(handed: str, result: str, threads: int) -> None:
    torch.set_num_threads(threads)
    # Not where it was saved, which would be the first GPU for all of them.
    job: Job = torch.load(handed, map_location="cpu", weights_only=False)
    outcome = finetune(job)
    rank = torch.distributed.get_rank()
    if rank == 0:
        weights = {name: value.cpu() for name, value in job.classifier.state_dict().items()}
        torch.save((weights, outcome), result)
    torch.distributed.barrier()
    torch.distributed.destroy_process_group()
